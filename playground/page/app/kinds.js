// What the three collections are, as far as the page cares.
import { h } from '../dom.js'

const title = { name: 'title', label: 'Title', kind: 'line' }
const text = { name: 'text', label: 'Text', kind: 'text' }

export const notes = {
  name: 'notes',
  title: 'My notes',
  one: 'note',
  about: 'They belong to whoever writes them. Nobody else knows that they exist.',
  signedOut: 'Sign in to keep notes. Each user has a set of their own.',
  empty: 'Nothing here yet.',
  add: 'Add note',
  fields: [
    { ...title, placeholder: 'What is to be done?' },
    text,
    { name: 'due', label: 'Due', kind: 'date' },
    { name: 'project', label: 'Project', kind: 'line' },
  ],
  begin: { done: false },
  filters: [
    { id: 'all', label: 'All', filter: {} },
    { id: 'open', label: 'Open', filter: { done: false } },
    { id: 'done', label: 'Done', filter: { done: true } },
  ],
  page: 6,
  details: ({ due, project }) => [
    due ? h('span', { class: 'tag' }, `due ${day(due)}`) : null,
    project ? h('span', { class: 'tag' }, project) : null,
  ],
}

export const tasks = {
  name: 'tasks',
  title: 'Shared tasks',
  one: 'task',
  about: 'Whom a task names may see and change it. Only its owner may delete it.',
  signedOut: 'Sign in to see the tasks that name you.',
  empty: 'No task is yours, and none names you.',
  add: 'Add task',
  fields: [
    { ...title, placeholder: 'What do you do together?' },
    text,
    { name: 'editors', label: 'Shared with', kind: 'people' },
  ],
  begin: { done: false },
  filters: [],
  page: 5,
  details: ({ owner, editors = [] }, people) => [
    h('span', { class: 'tag' }, `by ${people.name(owner)}`),
    ...people.chips(editors),
  ],
}

export const announcements = {
  name: 'announcements',
  title: 'Announcements',
  one: 'announcement',
  about: 'Everybody reads them, signed in or not. Writing asks for the scope write:announcements.',
  signedOut: '',
  empty: 'No news.',
  add: 'Announce',
  fields: [{ ...title, placeholder: 'What is new?' }, text],
  begin: {},
  filters: [],
  page: 4,
  details: ({ createdAt }) => [h('time', { class: 'when', datetime: createdAt }, moment(createdAt))],
}

/** Returns a date as people write it. */
export function day(date) {
  return new Date(`${date}T00:00`).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
}

function moment(time) {
  return new Date(time).toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
}
