import { useEffect } from 'react';
import type { FieldValues, Path, PathValue, UseFormReturn } from 'react-hook-form';
import { useStore } from 'react-redux';
import { useAppDispatch } from '../../store/hooks.ts';
import type { RootState } from '../../store/store.ts';
import { ui } from '../../store/ui.ts';
import type { Draft } from '../../store/ui-state.ts';

/**
 * UI-10: keeps what was typed into a flat form over reloads and changes of panel, and puts it back, marked as changed
 * and checked. Only fields that differ from what the engine has are kept.
 */
export function useFormDraft<T extends FieldValues, O extends FieldValues>(
  id: string,
  form: UseFormReturn<T, unknown, O>,
): void {
  const store = useStore<RootState>();
  const dispatch = useAppDispatch();

  useEffect(() => {
    const draft = store.getState().ui.drafts[id] ?? {};
    const fields = form.getValues();
    for (const [name, value] of Object.entries(draft)) {
      if (!(name in fields)) continue;
      form.setValue(name as Path<T>, value as PathValue<T, Path<T>>, { shouldDirty: true, shouldValidate: true });
    }
    return form.subscribe({
      formState: { values: true, dirtyFields: true },
      callback: ({ values, dirtyFields }) => {
        const changed = Object.keys(values).filter((name) => dirtyFields?.[name as keyof typeof dirtyFields]);
        const next: Draft = {};
        for (const name of changed) next[name] = values[name];
        if (changed.length > 0) dispatch(ui.drafted({ form: id, draft: next }));
        else dispatch(ui.draftDropped(id));
      },
    });
  }, [id, form, store, dispatch]);
}
