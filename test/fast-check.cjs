// fast-check, as jest gives it to tests. In CI it draws the same values each time, so that what fails was broken by a change.
// Everywhere else it draws others each time. A failure prints its seed.
// By its path, as its name leads here. It is the CommonJS build that Jest can load.
const fc = require('../node_modules/fast-check/lib/cjs/fast-check.js')

if (process.env.CI === 'true') fc.configureGlobal({ seed: 20_261_130 })
module.exports = fc
