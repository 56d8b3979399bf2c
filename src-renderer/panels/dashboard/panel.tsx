export function DashboardPanel() {
  return <h1>Dashboard</h1>;
}
