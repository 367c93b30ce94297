/** Faults planned for the next calls of one operation, or of all. */

export type Fault =
  /**
   * An error response. With `when: "after"` the call has had its effect nevertheless, as is possible with a 5xx of AWS.
   */
  | {
      readonly kind: "error";
      readonly when: "before" | "after";
      readonly name: string;
      readonly status: number;
      readonly message?: string;
    }
  /** No response at all: the client times out. */
  | { readonly kind: "hang"; readonly when: "before" | "after" }
  /** The connection is cut. */
  | { readonly kind: "break"; readonly when: "before" | "after" }
  | { readonly kind: "delay"; readonly when: "before" | "after"; readonly delayMs: number };

interface FaultTarget {
  readonly operation?: string;
  readonly service?: string;
  readonly account?: string;
  readonly region?: string;
  /** A text in the input, such as a deployment id, for tests with concurrent calls of one operation. */
  readonly about?: string;
}

export interface Faults {
  /**
   * Adds a fault for the next `times` matching calls (default 1; `Infinity` until `clear`). Earlier faults come first.
   */
  readonly next: (target: FaultTarget, fault: Fault, times?: number) => void;
  readonly clear: () => void;
}

export interface FaultBook extends Faults {
  readonly take: (
    call: Required<Omit<FaultTarget, "about">> & { readonly input: object },
  ) => Fault | undefined;
}

export function faultBook(): FaultBook {
  let planned: { readonly target: FaultTarget; readonly fault: Fault; readonly left: number }[] = [];
  return {
    next: (target, fault, times = 1) => {
      planned.push({ target, fault, left: times });
    },
    clear: () => {
      planned = [];
    },
    take: (call) => {
      const found = planned.find(
        ({ target }) =>
          (target.operation ?? call.operation) === call.operation &&
          (target.service ?? call.service) === call.service &&
          (target.account ?? call.account) === call.account &&
          (target.region ?? call.region) === call.region &&
          (target.about === undefined || JSON.stringify(call.input).includes(target.about)),
      );
      if (found === undefined) return undefined;
      planned = planned
        .map((plan) => (plan === found ? { ...plan, left: plan.left - 1 } : plan))
        .filter((plan) => plan.left > 0);
      return found.fault;
    },
  };
}
