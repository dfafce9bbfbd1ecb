// Builds elements. All text goes in as text, never as markup: what a token or
// an answer holds cannot become part of the page.

/** Returns an element. Attributes that are false or null are left out; on… are listeners. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value)
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? '' : value)
    }
  }
  element.append(...present(children))
  return element
}

/** A child can be a list, and null or false stands for none. */
function present(children) {
  return children.flat().filter((child) => child !== null && child !== undefined && child !== false)
}

/** Returns the element with this id. */
export function byId(id) {
  return document.getElementById(id)
}

/**
 * Exchanges what is in an element. Whoever stood on a button there by keyboard
 * stands on its successor, told by its id.
 */
export function fill(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement.id : ''
  element.replaceChildren(...present(children))
  if (focused) {
    byId(focused)?.focus({ preventScroll: true })
  }
}

/** Returns text in which what stands between backticks is code. */
export function prose(text) {
  return text.split('`').map((part, i) => (i % 2 ? h('code', {}, part) : part))
}

/** Returns a long name that may break after each underscore. */
export function breakable(name) {
  return name.split(/(?<=_)/).flatMap((part) => [part, h('wbr')])
}

/** Returns a value as JSON whose parts a style sheet can tell apart. */
export function json(value) {
  const text = JSON.stringify(value, null, 2)
  const parts = text.split(/("(?:[^"\\]|\\.)*"(?:\s*:)?)/)
  return h(
    'code',
    {},
    parts.map((part, i) => {
      if (i % 2 === 0) {
        return part
      }
      return h('span', { class: part.endsWith(':') ? 'key' : 'string' }, part)
    }),
  )
}

/** Returns how much time seconds are, as a clock shows it. */
export function clock(seconds) {
  const whole = Math.max(0, Math.ceil(seconds))
  const two = (n) => String(n).padStart(2, '0')
  const hours = Math.floor(whole / 3600)
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
  return hours ? `${hours}:${rest}` : rest
}

/** Returns the time of day. */
export function timeOfDay(date) {
  return date.toLocaleTimeString('en-GB')
}
