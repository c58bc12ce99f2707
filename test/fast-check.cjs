// fast-check, as jest gives it to tests. In CI it draws the same values each time, so that what fails was broken by a change.
// Everywhere else it draws others each time. A failure prints its seed.
const fc = require('../node_modules/fast-check')

if (process.env.CI === 'true') fc.configureGlobal({ seed: 20_261_130 })
module.exports = fc
