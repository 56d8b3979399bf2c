export function AccountsPanel() {
  return <main aria-label="Accounts" />;
}
