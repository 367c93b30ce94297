/** As much of Redis as the scripts use, in plain Maps: values are text, absent keys are empty, expiry is by a given clock. */

export type Fields = Readonly<Record<string, string>>;

export interface Keyspace {
  hash(key: string): Fields;
  field(key: string, name: string): string | undefined;
  write(key: string, fields: Fields): void;
  /** True when the field was not there. */
  writeOnce(key: string, name: string, value: string): boolean;
  drop(key: string, ...names: readonly string[]): number;
  get(key: string): string | undefined;
  set(key: string, value: string, livesMs?: number): void;
  leftMs(key: string): number;
  remove(key: string): void;
  append(key: string, entry: string): void;
  list(key: string): readonly string[];
  /** Takes away the first entries. */
  shift(key: string, count: number): void;
  score(key: string, member: string): number | undefined;
  rank(key: string, score: number, member: string): void;
  unrank(key: string, member: string): void;
  /** The lowest scored members up to `score`. */
  lowest(key: string, score: number, count: number): readonly string[];
  empty(): void;
  dump(): Readonly<Record<string, unknown>>;
  copy(now: () => number): Keyspace;
}

interface Contents {
  readonly hashes: Map<string, Map<string, string>>;
  readonly texts: Map<string, { readonly value: string; readonly endsAt: number }>;
  readonly lists: Map<string, string[]>;
  readonly ranks: Map<string, Map<string, number>>;
}

export function createKeyspace(now: () => number, contents: Contents = empty()): Keyspace {
  const { hashes, texts, lists, ranks } = contents;

  function alive(key: string) {
    const text = texts.get(key);
    return text !== undefined && text.endsAt > now() ? text : undefined;
  }

  return {
    hash: (key) => Object.fromEntries(hashes.get(key) ?? []),
    field: (key, name) => hashes.get(key)?.get(name),
    write(key, fields) {
      const hash = hashes.get(key) ?? new Map<string, string>();
      for (const [name, value] of Object.entries(fields)) hash.set(name, value);
      hashes.set(key, hash);
    },
    writeOnce(key, name, value) {
      if (hashes.get(key)?.has(name) === true) return false;
      this.write(key, { [name]: value });
      return true;
    },
    drop(key, ...names) {
      const hash = hashes.get(key);
      if (hash === undefined) return 0;
      const dropped = names.filter((name) => hash.delete(name)).length;
      if (hash.size === 0) hashes.delete(key);
      return dropped;
    },
    get: (key) => alive(key)?.value,
    set(key, value, livesMs = Number.POSITIVE_INFINITY) {
      texts.set(key, { value, endsAt: now() + livesMs });
    },
    leftMs: (key) => (alive(key)?.endsAt ?? now() - 2) - now(),
    remove: (key) => void texts.delete(key),
    append(key, entry) {
      const list = lists.get(key) ?? [];
      list.push(entry);
      lists.set(key, list);
    },
    list: (key) => lists.get(key) ?? [],
    shift(key, count) {
      const left = lists.get(key)?.slice(count) ?? [];
      if (left.length === 0) lists.delete(key);
      else lists.set(key, left);
    },
    score: (key, member) => ranks.get(key)?.get(member),
    rank(key, score, member) {
      const members = ranks.get(key) ?? new Map<string, number>();
      members.set(member, score);
      ranks.set(key, members);
    },
    unrank(key, member) {
      const members = ranks.get(key);
      members?.delete(member);
      if (members?.size === 0) ranks.delete(key);
    },
    lowest: (key, score, count) =>
      [...(ranks.get(key) ?? [])]
        .filter(([, at]) => at <= score)
        .sort(([a, atA], [b, atB]) => atA - atB || (a < b ? -1 : 1))
        .slice(0, count)
        .map(([member]) => member),
    empty() {
      for (const kind of [hashes, texts, lists, ranks]) kind.clear();
    },
    dump() {
      const all: [string, unknown][] = [];
      for (const [key, hash] of hashes) all.push([key, sorted(hash)]);
      for (const key of texts.keys()) {
        const text = alive(key);
        if (text !== undefined) all.push([key, text.value]);
      }
      for (const [key, list] of lists) all.push([key, list]);
      for (const [key, members] of ranks) all.push([key, sorted(members)]);
      return sorted(all);
    },
    copy: (clock) =>
      createKeyspace(clock, {
        hashes: new Map([...hashes].map(([key, hash]) => [key, new Map(hash)])),
        texts: new Map(texts),
        lists: new Map([...lists].map(([key, list]) => [key, [...list]])),
        ranks: new Map([...ranks].map(([key, members]) => [key, new Map(members)])),
      }),
  };
}

function empty(): Contents {
  return { hashes: new Map(), texts: new Map(), lists: new Map(), ranks: new Map() };
}

function sorted<Value>(entries: Iterable<readonly [string, Value]>): Readonly<Record<string, Value>> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}
