/** A number as text, as DuckDB writes a DOUBLE; whole ones below 10^15 without a fraction, as people write them. */
export function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value + 0); // -0 is 0
  const [mantissa = "", power = "0"] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    const digits = String(Math.abs(exponent)).padStart(2, "0");
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${digits}`;
  }
  if (exponent >= 0) return Number.isInteger(value) ? `${BigInt(value)}.0` : String(value);
  const [sign, all] = value < 0 ? ["-", mantissa.slice(1)] : ["", mantissa];
  return `${sign}0.${"0".repeat(-exponent - 1)}${all.replace(".", "")}`;
}
