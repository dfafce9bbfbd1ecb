import { useEffect, useRef } from 'react'
import type { Conflict } from './notes'

/** Asks which of two versions is to stay. */
export function ConflictDialog({ conflict, settle }: { conflict: Conflict; settle: (keepMine: boolean) => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const words = (title = conflict.theirs.title, done = conflict.theirs.done) => `${title}${done ? ' (done)' : ''}`
  return (
    <dialog ref={dialog} aria-labelledby="conflict" onCancel={() => settle(false)}>
      <h2 id="conflict">Somebody changed this note meanwhile</h2>
      <dl>
        <dt>Yours</dt>
        <dd>{words(conflict.mine.title, conflict.mine.done)}</dd>
        <dt>Theirs</dt>
        <dd>{words()}</dd>
      </dl>
      <button onClick={() => settle(true)}>Keep mine</button>
      <button onClick={() => settle(false)}>Take theirs</button>
    </dialog>
  )
}
