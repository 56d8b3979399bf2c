export function AutoModePanel() {
  return <h1>AutoMode</h1>;
}
