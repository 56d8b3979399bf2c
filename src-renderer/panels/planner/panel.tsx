export function PlannerPanel() {
  return <h1>Planner</h1>;
}
