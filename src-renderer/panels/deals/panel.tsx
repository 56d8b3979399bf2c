export function DealsPanel() {
  return <h1>Deals</h1>;
}
