declare module '#follow' {
  export interface Change<T> {
    op: 'upsert' | 'remove'
    collection: string
    id: string
    version: number
    document?: T
  }
  export function follow<T>(options: {
    address: string
    list: () => Promise<string[]>
    signal: AbortSignal
    token: (fresh: boolean) => Promise<string | null>
    shown?: (change: Change<T>) => number | undefined
    own?: (key: string) => boolean | Promise<boolean>
    onLine?: (there: boolean, error?: unknown) => void
  }): AsyncGenerator<Change<T>>
}
