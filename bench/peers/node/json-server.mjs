// json-server as its program starts it, without the line that it logs for each
// request. DATABASE is its file.
import jsonServer from 'json-server'

const app = jsonServer.create()
app.use(jsonServer.defaults({ logger: false }))
app.use(jsonServer.router(process.env.DATABASE))
app.listen(Number(process.env.PORT), '127.0.0.1')
