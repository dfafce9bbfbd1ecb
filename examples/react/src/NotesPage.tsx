import { useState, type FormEvent } from 'react'
import { Banner } from './Banner'
import { ConflictDialog } from './ConflictDialog'
import { NoteRow } from './NoteRow'
import type { Notes, View } from './notes'

export function NotesPage({ notes, view }: { notes: Notes; view: View }) {
  const [title, setTitle] = useState('')
  const add = (event: FormEvent) => {
    event.preventDefault()
    if (title.trim() === '') return
    setTitle('')
    notes.create(title.trim())
  }
  return (
    <main>
      {view.trouble && <Banner trouble={view.trouble} />}
      {view.refused && (
        <div className="refused" role="alert">
          <p>
            {view.refused.message} {view.refused.hint}
          </p>
          <button onClick={() => notes.dismiss()}>Close</button>
        </div>
      )}
      <form onSubmit={add}>
        <label htmlFor="title">New note</label>
        <input id="title" value={title} maxLength={80} onChange={(event) => setTitle(event.target.value)} />
        <button>Add</button>
      </form>
      <ul aria-label="Notes">
        {view.notes.map((note) => (
          <NoteRow key={note.id} note={note} notes={notes} />
        ))}
      </ul>
      {view.notes.length === 0 && <p className="empty">Nothing is noted yet.</p>}
      {view.more && <button onClick={() => notes.older()}>Show older notes</button>}
      {view.conflict && <ConflictDialog conflict={view.conflict} settle={(mine) => notes.settle(mine)} />}
    </main>
  )
}
