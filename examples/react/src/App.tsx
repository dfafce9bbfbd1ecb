import { useEffect, useState } from 'react'
import { useAuth0 } from '@auth0/auth0-react'
import { Api, tokensOf } from './api'
import { config } from './config'
import { Notes, type View } from './notes'
import { NotesPage } from './NotesPage'

export function App() {
  const { isLoading, isAuthenticated, error, user, loginWithRedirect, logout } = useAuth0()
  const { notes, view } = useNotes(isAuthenticated)
  const leave = () => logout({ logoutParams: { returnTo: window.location.origin } })

  if (isLoading) return <p className="centre">One moment…</p>
  if (!isAuthenticated || view?.signedOut) {
    return (
      <main className="centre">
        <h1>Notes</h1>
        {error && <p role="alert">The login failed: {error.message}</p>}
        {view?.signedOut && <p role="alert">You were signed out.</p>}
        <button onClick={() => loginWithRedirect()}>Log in</button>
      </main>
    )
  }
  return (
    <>
      <header>
        <h1>Notes</h1>
        <span className="line" role="status">{view?.live ? 'Live' : 'Connecting…'}</span>
        <span className="user">{user?.name}</span>
        <button onClick={leave}>Log out</button>
      </header>
      {notes && view && <NotesPage notes={notes} view={view} />}
    </>
  )
}

/** The notes of whoever is signed in, for as long as somebody is. */
function useNotes(signedIn: boolean) {
  const { getAccessTokenSilently } = useAuth0()
  const [view, show] = useState<View | null>(null)
  const [notes, setNotes] = useState<Notes | null>(null)
  useEffect(() => {
    if (!signedIn) return
    const stop = new AbortController()
    const token = tokensOf((options) => getAccessTokenSilently(options))
    const made = new Notes(new Api(config.api, token), token, (view) => stop.signal.aborted || show(view))
    setNotes(made)
    made.watch(config.api, stop.signal)
    return () => stop.abort()
  }, [signedIn, getAccessTokenSilently])
  return { notes, view }
}
