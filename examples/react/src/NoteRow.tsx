import { useState, type FormEvent } from 'react'
import type { Note } from './api'
import type { Notes, Shown } from './notes'

export function NoteRow({ note, notes }: { note: Shown; notes: Notes }) {
  // A form that is open stays as it is, whatever comes over the line: it changes the version that it shows.
  const [edited, edit] = useState<Note | null>(null)
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const title = String(new FormData(event.currentTarget).get('title')).trim()
    edit(null)
    if (title !== '' && title !== edited!.title) notes.change(edited!, { title })
  }
  if (edited) {
    return (
      <li>
        <form onSubmit={save}>
          <input name="title" aria-label="Title" defaultValue={edited.title} maxLength={80} autoFocus />
          <button>Save</button>
          <button type="button" onClick={() => edit(null)}>
            Cancel
          </button>
        </form>
      </li>
    )
  }
  return (
    <li aria-busy={note.pending ?? false}>
      <label>
        <input
          type="checkbox"
          checked={note.done ?? false}
          disabled={note.pending}
          onChange={(event) => notes.change(note, { done: event.target.checked })}
        />
        <span className={note.done ? 'done' : ''}>{note.title}</span>
      </label>
      {note.pending && <span className="pending">sending…</span>}
      <button disabled={note.pending} onClick={() => edit(note)} aria-label={`Edit ${note.title}`}>
        Edit
      </button>
      <button disabled={note.pending} onClick={() => notes.remove(note)} aria-label={`Delete ${note.title}`}>
        Delete
      </button>
    </li>
  )
}
