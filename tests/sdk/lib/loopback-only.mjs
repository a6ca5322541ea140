import net from 'node:net'

// Import this before an SDK: a connection to anywhere but this machine is refused and remembered. The SDK itself is left as it is.
export const calledHome = []

const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (...args) {
  const options = net._normalizeArgs(Array.isArray(args[0]) ? args[0] : args)[0]
  const host = options.host ?? 'localhost'
  if (!options.path && host !== '127.0.0.1' && host !== 'localhost' && host !== '::1') {
    calledHome.push(`${host}:${options.port}`)
    process.nextTick(() => this.destroy(new Error(`a call to ${host} was refused`)))
    return this
  }

  return connect.apply(this, args)
}
