const kLongSilence = 5;

/** The line of a list that says why an account moved; with silent days, why it may leave. */
export function riskLine(explanation: { reason: string; milli_points: number }, silentDays: number | undefined): string {
  const { reason, milli_points } = explanation;
  if (silentDays === undefined || silentDays < kLongSilence || reason.includes("silent for")) return reason;
  const silent = `Nobody seen for ${silentDays} days`;
  return milli_points < 0 ? `${silent}; ${reason}` : silent;
}
