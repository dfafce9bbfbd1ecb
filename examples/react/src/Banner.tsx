import { useEffect, useState } from 'react'
import type { View } from './notes'

/** Says why something waits, that nothing is lost, and when it is tried again. */
export function Banner({ trouble: { error, until } }: { trouble: NonNullable<View['trouble']> }) {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const clock = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(clock)
  }, [])
  const seconds = Math.max(0, Math.ceil((until - now) / 1000))
  return (
    <div className="banner" role="status">
      <strong>{error.message}</strong> You are still signed in, and what you wrote is kept.{' '}
      <span aria-hidden="true">{seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again…'}</span>
    </div>
  )
}
