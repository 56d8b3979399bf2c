export function KeysPanel() {
  return <main aria-label="Keys" />;
}
