import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  // follow.js and eventstream.js of the playground. In an app of your own, copy both files beside the others.
  resolve: { alias: { '#follow': new URL('../../playground/page/follow.js', import.meta.url).pathname } },
  server: { fs: { allow: ['../..'] } },
})
