/**
 * A double as the gateway writes it, which is Erlang's way: the shorter of `308897.0` and `3.08897e5`, the plain one when
 * both are as long. So `2200.0` is `2.2e3` and `0.00012` is `1.2e-4`.
 */
export function real(value: number): string {
  const text = String(value);
  // What most prices and amounts are: never shorter with an exponent.
  if (value >= 0.001 && value < 1e15) {
    if (text.includes('.')) return text;
    if (value % 100 !== 0) return `${text}.0`;
  }
  if (value === 0) return '0.0';
  const [mantissa = '', power = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(power);
  const scientific = `${digits.slice(0, 1)}.${digits.slice(1) || '0'}e${exponent}`;
  const plain =
    exponent < 0
      ? `0.${'0'.repeat(-exponent - 1)}${digits}`
      : `${digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')}.${digits.slice(exponent + 1) || '0'}`;
  return `${value < 0 ? '-' : ''}${plain.length <= scientific.length ? plain : scientific}`;
}
