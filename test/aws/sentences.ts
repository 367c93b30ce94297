/** For tests of what is stored: data, and no sentence but AWS's own. */

/** Each text in it that has three words or more. */
export function sentencesIn(value: unknown): readonly string[] {
  if (typeof value === "string") return value.trim().split(/\s+/).length > 2 ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(sentencesIn) : [];
}
