/** What a deployment changes, from its own record. Specs are compared, never shown: they hold people's parameters. */

import type { DeploymentState } from "@aws-sdk/client-proton";
import type { Fact, Part, Phrase } from "../../handlers/words.ts";
import { whyFailed, whyWords } from "../why.ts";
import type { Own } from "./standing.ts";

/** The members of a state that are shown or compared, whichever kind of resource it is of. */
interface Version {
  readonly template?: string | undefined;
  readonly number?: string | undefined;
  readonly spec?: string | undefined;
  readonly file?: string | undefined;
}

export interface Versions {
  /** Absent: there was none, or the record does not tell. */
  readonly old?: Version;
  readonly new?: Version;
}

export function versionsOf(own: Own): Versions {
  if (own.kind !== "read") return {};
  const [old, next] = [versionOf(own.value.initialState), versionOf(own.value.targetState)];
  return { ...(old === undefined ? {} : { old }), ...(next === undefined ? {} : { new: next }) };
}

function versionOf(state: DeploymentState | undefined): Version | undefined {
  if (state === undefined) return undefined;
  const { component } = state;
  if (component !== undefined) return { spec: component.serviceSpec, file: component.templateFile };
  const of = state.serviceInstance ?? state.servicePipeline ?? state.environment;
  if (of === undefined) return undefined;
  const { templateName, templateMajorVersion: major, templateMinorVersion: minor, spec } = of;
  const number = major === undefined || minor === undefined ? undefined : `${major}.${minor}`;
  return { template: templateName, number, spec };
}

export function changesOf(own: Own, versions: Versions): readonly Fact[] {
  const { old, new: next } = versions;
  if (next === undefined) return [{ kind: "unknown", label: "Changes", why: whyNot(own) }];
  const facts = [
    ...templateFacts(old, next),
    ...sameOrNot("Template file", old, next, "file"),
    ...sameOrNot("Spec", old, next, "spec"),
  ];
  return facts.length > 0
    ? facts
    : [{ kind: "unknown", label: "Changes", why: ["Proton does not name them"] }];
}

function whyNot(own: Own): Phrase {
  switch (own.kind) {
    case "read":
      return ["Proton does not name them"];
    case "missing":
      return ["Proton has no record of this deployment"];
    case "unnamed":
      return ["Proton gives no id to read them by"];
    case "unknown":
      return whyWords(whyFailed(own.error, "proton:GetDeployment"));
  }
}

function templateFacts(old: Version | undefined, { template, number }: Version): readonly Fact[] {
  if (template === undefined || number === undefined) return [];
  const after: Part = { code: number, atMost: 12 };
  const name: Part = { code: template, atMost: 24 };
  if (old?.number === undefined)
    return [changes("new", "template ", name, ", version ", after, "; Proton names no earlier one")];
  if (old.template === undefined)
    return [
      changes("new", "template ", name, ", version ", after, "; Proton does not name the old template"),
    ];
  if (old.template !== template) {
    const before: Phrase = [{ code: old.template, atMost: 24 }, " ", { code: old.number, atMost: 12 }];
    return [changes("both", "template ", ...before, " → ", name, " ", after)];
  }
  return old.number === number
    ? [changes("none", "template ", name, ", version ", after, ", unchanged")]
    : [changes("both", "template ", name, ", version ", { code: old.number, atMost: 12 }, " → ", after)];
}

function changes(change: "both" | "new" | "none", ...value: Phrase): Fact {
  return { kind: "value", label: "Changes", value, change };
}

function sameOrNot(
  label: string,
  old: Version | undefined,
  next: Version,
  member: "spec" | "file",
): readonly Fact[] {
  if (old?.[member] === undefined || next[member] === undefined) return [];
  return old[member] === next[member]
    ? [{ kind: "value", label, value: ["unchanged"], change: "none" }]
    : [{ kind: "value", label, value: ["changed"], change: "new" }];
}
