import { useAppDispatch } from '../store/hooks.ts';
import { ui } from '../store/ui.ts';

/** Opens a deal in the Deals panel. */
export function DealLink({ id }: { id: string }) {
  const dispatch = useAppDispatch();
  return (
    <button type="button" className="cb-link" onClick={() => dispatch(ui.dealOpened(id))}>
      {id}
    </button>
  );
}
