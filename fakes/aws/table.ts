/**
 * Rows with their versions, so that reads can lag behind writes like AWS's eventually consistent reads. The semantics
 * use the actual state (`get`), handlers of read calls the lagging one (`read`).
 */

export interface Reads {
  /** Each row shows the state of `versions` changes ago. */
  readonly lagBy: (versions: number) => void;
  /** Reads keep showing the current state. */
  readonly freeze: () => void;
  /** Reads show the state before the latest mutating call, as of the time of the read. */
  readonly showBeforeLastWrite: () => void;
  readonly release: () => void;
}

export interface Table<Row> {
  readonly put: (id: string, row: Row) => void;
  readonly get: (id: string) => Row | undefined;
  readonly all: () => readonly Row[];
  readonly read: (id: string) => Row | undefined;
  readonly readAll: () => readonly Row[];
}

export interface Ledger {
  readonly reads: Reads;
  /** Records that a mutating call begins. */
  readonly writeBegins: () => void;
  readonly table: <Row>() => Table<Row>;
}

interface Version<Row> {
  readonly change: number;
  readonly row: Row;
}

const versionsKept = 100;

export function createLedger(): Ledger {
  let change = 0;
  let beforeLastWrite = 0;
  let lag: { readonly versions: number } | { readonly upTo: () => number } = { versions: 0 };

  function visible<Row>(versions: readonly Version<Row>[]): Row | undefined {
    if ("versions" in lag) return versions[Math.max(0, versions.length - 1 - lag.versions)]?.row;
    const limit = lag.upTo();
    return versions.findLast((version) => version.change <= limit)?.row;
  }

  return {
    reads: {
      lagBy: (versions) => {
        lag = { versions };
      },
      freeze: () => {
        const frozen = change;
        lag = { upTo: () => frozen };
      },
      showBeforeLastWrite: () => {
        lag = { upTo: () => beforeLastWrite };
      },
      release: () => {
        lag = { versions: 0 };
      },
    },
    writeBegins: () => {
      beforeLastWrite = change;
    },
    table: <Row>(): Table<Row> => {
      const rows = new Map<string, Version<Row>[]>();
      return {
        put: (id, row) => {
          change += 1;
          rows.set(id, [...(rows.get(id) ?? []), { change, row }].slice(-versionsKept));
        },
        get: (id) => rows.get(id)?.at(-1)?.row,
        all: () =>
          [...rows.values()].map((versions) => versions.at(-1)?.row).filter((row) => row !== undefined),
        read: (id) => visible(rows.get(id) ?? []),
        readAll: () => [...rows.values()].map(visible).filter((row) => row !== undefined),
      };
    },
  };
}
