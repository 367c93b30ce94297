/** The address of Redis. `src/config` has the same type, without an import. */

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export interface Settings {
  readonly username?: string;
  readonly password?: string;
  readonly keyPrefix?: string;
  readonly family?: number;
  readonly connectionName?: string;
}

export type StoreAddress =
  /** `redis://`, `rediss://`, or the path of a Unix socket. */
  | { readonly kind: "single"; readonly url: string }
  | ({
      readonly kind: "sentinel";
      readonly sentinels: readonly HostPort[];
      /** The master's name in the sentinels' configuration. */
      readonly name: string;
      readonly db?: number;
      /** Of the sentinels and the servers. */
      readonly tls?: true;
    } & Settings)
  | ({ readonly kind: "cluster"; readonly nodes: readonly HostPort[]; readonly tls: boolean } & Settings);
