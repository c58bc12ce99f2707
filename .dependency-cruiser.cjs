// The layers, as rules that cannot rot. Each comment says what a violation means and what to do about it.
const core = '^shared/(?!aws/)'

module.exports = {
  forbidden: [
    {
      name: 'core-is-pure',
      comment:
        'The core (shared, but for shared/aws) decides on data alone: no files, network, processes or SDK. Read in the shell (functions, cli) and pass the facts in.',
      severity: 'error',
      from: { path: core },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-knows-no-sdk',
      comment:
        'Only shared/aws talks to AWS. The two readers of Describe answers import types of the SDK, which this parser cannot tell from code; nothing else does.',
      severity: 'error',
      from: { path: core, pathNot: '^shared/(facts/described|catalogue/from-description)\\.ts$' },
      to: { path: '^node_modules/(@aws-sdk|@smithy|@aws-lambda-powertools|@middy)' },
    },
    {
      name: 'core-knows-no-shell',
      comment: 'The core must not know who calls it. Move what it needs into shared, or pass it in.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(functions|cli|infra|local|bench|tools|test)/' },
    },
    {
      name: 'rules-know-only-facts',
      comment:
        'A rule looks at facts, types and patterns. It does not know of findings, alerts, the ledger or the policy file.',
      severity: 'error',
      from: { path: '^shared/rules/' },
      to: { path: '^shared/(?!rules/|facts/|compatibility/|text/wildcard|catalogue/)' },
    },
    {
      name: 'facts-are-at-the-bottom',
      comment:
        'Reading what happened comes before judging it: facts import nothing of the other folders of shared, but errors.',
      severity: 'error',
      from: { path: '^shared/facts/' },
      to: { path: '^shared/(?!facts/|errors)' },
    },
    {
      name: 'functions-stay-apart',
      comment:
        'Two functions share code through shared/, never through each other: each is deployed with its own permissions.',
      severity: 'error',
      from: { path: '^functions/(?!runtime/)([^/]+)/' },
      to: { path: '^functions/([^/]+)/', pathNot: '^functions/($1|runtime)/' },
    },
    {
      name: 'functions-carry-no-policy-parser',
      comment:
        'The policy is parsed when the stack is synthesized. zod and yaml would double the start of every function.',
      severity: 'error',
      from: { path: '^functions/' },
      to: { path: '^node_modules/(zod|yaml)/', reachable: true },
    },
    {
      name: 'nothing-imports-the-command-line',
      comment: 'cli is an end, not a library. Move what you need into shared.',
      severity: 'error',
      from: { pathNot: '^(cli|test)/' },
      to: { path: '^cli/' },
    },
    {
      name: 'the-product-knows-no-tools',
      comment: 'What is deployed or installed does not depend on the local cloud, the bench, the tools or the tests.',
      severity: 'error',
      from: { path: '^(shared|functions|cli|infra)/' },
      to: { path: '^(local|bench|tools|test)/' },
    },
    {
      name: 'the-report-runs-in-a-browser',
      comment:
        'The app of the report knows the core, its two libraries and nothing else: no Node, no SDK, no shell. Put what it needs into the file (shared/report).',
      severity: 'error',
      from: { path: '^report/', pathNot: '^report/build\\.mjs$' },
      to: { pathNot: '^(report|shared)/(?!aws/)|node_modules/(chart\\.js|tabulator-tables)/' },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-folder-cycles',
      comment:
        'Two folders that need each other are one, or hide a third. Move what both need to the one below, and its types with it.',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.build|\\.local|dist|cdk\\.out|\\.venv)/' },
    // Imports of types count: what is needed to read a file is a dependency of it.
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.cjs', '.js', '.json'] },
  },
}
