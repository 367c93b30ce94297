/** Which errors AWS documents for an operation: the SDK says it beside each command, and its schemas say the statuses. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { errorOf } from "../../fakes/aws/wire/schema.ts";

export interface DocumentedError {
  readonly name: string;
  /** Of the HTTP answer. */
  readonly status: number;
}

/** `client` is the namespace import of the package. Never empty: a page without errors fails the test. */
export function documentedErrors(
  packageName: string,
  client: Readonly<Record<string, unknown>>,
  operation: string,
): readonly DocumentedError[] {
  const entry = createRequire(import.meta.url).resolve(packageName);
  const root = entry.slice(0, entry.indexOf(packageName) + packageName.length);
  const page = readFileSync(`${root}/dist-types/commands/${operation}Command.d.ts`, "utf8");
  const names = [...page.matchAll(/@throws \{@link (\w+)\}/g)].map(([, name = ""]) => name);
  const statuses = new Map(
    Object.values(client).flatMap((exported) => {
      const error = errorOf(exported);
      return error === undefined ? [] : [[error.name, error.status] as const];
    }),
  );
  // The last one is the class from which all errors of the client descend.
  const errors = names.filter((name) => !/^(CodeDeploy|AppConfig|Proton)ServiceException$/.test(name));
  if (errors.length === 0) throw new Error(`${packageName} documents no error of ${operation}`);
  return errors.map((name) => {
    const status = statuses.get(name);
    if (status === undefined) throw new Error(`${packageName} has no schema of ${name}`);
    return { name, status };
  });
}
