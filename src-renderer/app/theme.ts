import { useEffect, useSyncExternalStore } from 'react';
import { useAppSelector } from '../store/hooks.ts';

const systemDark = window.matchMedia('(prefers-color-scheme: dark)');

function watchSystem(listener: () => void): () => void {
  systemDark.addEventListener('change', listener);
  return () => systemDark.removeEventListener('change', listener);
}

/** True when the window is drawn dark, by the theme the engine keeps or, for `system`, the desktop's. */
export function useDark(): boolean {
  const theme = useAppSelector((state) => state.settings.value?.theme ?? state.ui.lastTheme);
  const system = useSyncExternalStore(watchSystem, () => systemDark.matches);
  return theme === 'dark' || (theme === 'system' && system);
}

/** Puts the theme on the document, where Blueprint's portals and the grids look for it. */
export function useTheme(): void {
  const dark = useDark();
  useEffect(() => {
    document.body.classList.toggle('bp6-dark', dark);
    document.body.dataset.agThemeMode = dark ? 'dark' : 'light';
    document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
  }, [dark]);
}
