// Holds the page's reader of event streams to the standard. The folder of the
// page's modules is in PAGE.

import assert from 'node:assert/strict'
import { test } from 'node:test'

const { EventParser } = await import(`${process.env.PAGE}/eventstream.js`)

const read = (...chunks) => {
  const parser = new EventParser()
  return chunks.flatMap((chunk) => parser.read(chunk))
}

const cases = {
  'a change': ['id: a\nevent: change\ndata: {"x":1}\n\n', [{ id: 'a', name: 'change', data: '{"x":1}' }]],
  'a position alone': ['retry: 1000\nid: a\n\n', [{ id: 'a', retry: 1000 }]],
  'a heartbeat': [': still here\n\n:\n\nid: b\n\n', [{ id: 'b' }]],
  'data of several lines': ['data: a\ndata:\ndata:  b\n\n', [{ data: 'a\n\n b' }]],
  'no blank after the colon': ['data:a:b\nid:1\n\n', [{ data: 'a:b', id: '1' }]],
  'a field without a colon': ['data\n\n', [{ data: '' }]],
  'fields that nobody knows': ['dataset: x\n data: y\nid: 1\n\n', [{ id: '1' }]],
  'an id with a zero byte, and a retry that is no number': ['id: a\0\nretry: 1s\ndata: x\n\n', [{ data: 'x' }]],
  'the last block is not whole': ['data: a\n\ndata: b\n', [{ data: 'a' }]],
  'two blocks': ['data: é\u{1F600}\n\n\n\ndata: \u2028\n\n', [{ data: 'é\u{1F600}' }, { data: '\u2028' }]],
}

for (const [name, [text, want]] of Object.entries(cases)) {
  for (const [ending, end] of Object.entries({ LF: '\n', CRLF: '\r\n', CR: '\r' })) {
    test(`${name}, ${ending}, cut in any place`, () => {
      const sent = text.replaceAll('\n', end)
      assert.deepEqual(read(sent), want)
      assert.deepEqual(read(...sent.split('')), want)
      for (let i = 0; i <= sent.length; i++) {
        assert.deepEqual(read(sent.slice(0, i), sent.slice(i)), want)
        assert.deepEqual(read(sent.slice(0, i), '', sent.slice(i)), want)
      }
    })
  }
}

test('line ends of all kinds in one stream', () => {
  assert.deepEqual(read('data: a\r\ndata: b\rdata: c\n\r\ndata: d\r\rid: 1\n\n'), [{ data: 'a\nb\nc' }, { data: 'd' }, { id: '1' }])
})
