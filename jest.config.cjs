// swc turns the ESM sources into CommonJS, so that plain `jest` runs them without experimental flags.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: {
    '^.+\\.(ts|js|mjs)$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  // Packages that are published as ESM only.
  transformIgnorePatterns: [
    '/node_modules/(?!(@middy|string-width|strip-ansi|ansi-regex|emoji-regex|get-east-asian-width)/)',
  ],
  moduleNameMapper: {
    '^@middy/(.*)$': '<rootDir>/node_modules/@middy/$1/index.js',
    '^fast-check$': '<rootDir>/test/fast-check.cjs',
  },
  modulePathIgnorePatterns: ['<rootDir>/\\.(build|local)/', '<rootDir>/cdk\\.out/', '<rootDir>/dist/'],
}

module.exports = {
  // A busy machine is no failure: bundling, say, takes a second, or six beside everything else.
  testTimeout: 30_000,
  // What a file leaves in memory slows those after it in the same process: a third more processor time over all.
  workerIdleMemoryLimit: '500MB',
  testSequencer: '<rootDir>/test/in-turn.cjs',
  reporters: ['default', '<rootDir>/test/slowest.cjs'],
  projects: [
    {
      ...shared,
      displayName: 'core',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/test/cloud/'],
    },
    {
      ...shared,
      displayName: 'cloud',
      testMatch: ['<rootDir>/test/cloud/**/*.test.ts'],
      globalSetup: '<rootDir>/test/cloud/start.ts',
      globalTeardown: '<rootDir>/test/cloud/stop.ts',
    },
  ],
}
