/** Texts of AWS denials, for storage and logs, and the fix for the operator. Retrying the request does not help. */

const denied = "access denied";
const role = "the account's role can't be assumed";
const credentials = "AWS rejected Holdpoint's credentials";

const missing = "no AWS credentials";

export type Denial = "permission" | "role" | "credentials" | "missing";

const beginnings: Readonly<Record<Denial, string>> = { permission: denied, role, credentials, missing };

export function denialText(denial: Denial): string {
  return beginnings[denial];
}

/** Matches only Holdpoint's own prefix; AWS's text comes after it. */
export function remedyFor(text: string): string | undefined {
  const call = /^[^(]*\(([a-z-]+:[A-Za-z]+)\)/.exec(text)?.[1];
  if (text.startsWith(denied))
    return call === undefined
      ? "An operator of Holdpoint has to add the missing permission to its role."
      : `An operator of Holdpoint has to add the permission ${call} to its role.`;
  if (text.startsWith(role))
    return "An operator of Holdpoint has to let it assume the account's role (sts:AssumeRole).";
  return text.startsWith(credentials) || text.startsWith(missing)
    ? "An operator of Holdpoint has to give it valid AWS credentials."
    : undefined;
}
