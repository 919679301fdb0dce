// Exact sums of the API's decimal strings, in 10^-12 units.

export function pico(amount: string): bigint {
  const negative = amount.startsWith('-');
  const [whole, fraction = ''] = amount.replace('-', '').split('.');
  const value = BigInt(whole!) * 10n ** 12n + BigInt(fraction.padEnd(12, '0'));
  return negative ? -value : value;
}

export function sum(amounts: string[]): bigint {
  return amounts.reduce((total, amount) => total + pico(amount), 0n);
}

/** As the pages print US dollars. */
export function dollars(value: bigint): string {
  const cents = (value + (value < 0n ? -5n : 5n) * 10n ** 9n) / 10n ** 10n;
  const text = (cents < 0n ? -cents : cents).toString().padStart(3, '0');
  const whole = text.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${cents < 0n ? '-' : ''}$${whole}.${text.slice(-2)}`;
}

/** As the pages print US dollars with all their digits. */
export function exactly(value: bigint): string {
  const size = (value < 0n ? -value : value).toString().padStart(13, '0');
  const whole = size.slice(0, -12).replace(/\B(?=(\d{3})+$)/g, ',');
  const fraction = size.slice(-12).replace(/0+$/, '').padEnd(2, '0');
  return `${value < 0n ? '-' : ''}$${whole}.${fraction}`;
}
