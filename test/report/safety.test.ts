/** What the report must never do, in a real browser. */
import { describe, expect, test } from '@jest/globals'
import { aFinding } from '../support/findings.ts'
import { reportHead } from '../support/report/fleet.ts'
import { cells, fleet, reportReader, textOf } from './reader.ts'

const { open } = reportReader()

describe('the safety of the report', () => {
  test('allows no call of the network, and breaks none of its own policy', async () => {
    const { page, requests, complaints } = await open(fleet())
    await page.click('.tabulator-row button')
    expect(requests.filter(url => !url.startsWith('file:'))).toEqual([])
    expect(requests).toHaveLength(1)
    expect(complaints).toEqual([])
    await page.close()
  })

  test('has a policy that allows neither other scripts nor the network', async () => {
    const { page } = await open(fleet(10))
    const tried = await page.evaluate(async () => {
      const script = document.createElement('script')
      script.textContent = 'document.body.dataset.ran = "yes"'
      document.body.append(script)
      const fetched = await fetch('https://example.com/').then(
        () => 'answered',
        () => 'refused',
      )
      return { ran: document.body.dataset['ran'] ?? 'no', fetched }
    })
    expect(tried).toEqual({ ran: 'no', fetched: 'refused' })
    const policy = await page.$eval('meta[http-equiv="Content-Security-Policy"]', meta => meta.getAttribute('content'))
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    await page.close()
  })

  const HOSTILE = [
    '<img src=x onerror="document.body.dataset.ran=1">',
    '</script><script>document.body.dataset.ran=1</script>',
    '<!--<script>',
    '"><svg onload=alert(1)>',
    '{{constructor.constructor("document.body.dataset.ran=1")()}}',
  ]

  test('shows text of an event as text, wherever it is shown', async () => {
    const findings = HOSTILE.map((text, index) =>
      aFinding({
        on: `i-${index}${text}`,
        rule: text,
        title: text,
        message: text,
        remediation: text,
        missing: [text],
        status: index === 0 ? 'UNKNOWN' : 'FAILED',
        resource: {
          type: 'AwsEc2Instance',
          id: `i-${text}`,
          arn: text,
          accountId: text,
          region: text,
          name: text,
          accountName: text,
        },
        facts: { instanceType: text, imageId: text, imageName: text },
        actor: { arn: text, autoScalingGroup: text, launchTemplate: text },
      }),
    )
    const coverage = HOSTILE.map(text => ({
      ...{ seen: 1, passed: 0, failed: 1, suppressed: 0, unknown: 0, terminated: 0, covered: false },
      ...{ accountId: text, region: text, why: text, missingPermission: text },
    }))
    const head = { ...reportHead(), policy: { ...reportHead().policy, name: HOSTILE.join(' ') } }
    const { page, complaints, requests } = await open({ findings, head, foot: { coverage, notes: HOSTILE } })
    for (const text of HOSTILE) expect(await textOf(page, '#table')).toContain(text)
    for (const [index] of HOSTILE.entries()) {
      await page.$$eval('.tabulator-row button', (all, at) => all[at]?.click(), index)
      expect(HOSTILE).toContain(await textOf(page, '#detail h2'))
      await page.keyboard.press('Escape')
    }
    await page.emulateMediaType('print')
    expect(await page.$$eval('img, svg, main script, dialog script', all => all.length)).toBe(0)
    expect(await page.$eval('body', element => element.dataset['ran'])).toBeUndefined()
    expect(complaints).toEqual([])
    expect(requests).toHaveLength(1)
    await page.close()
  })

  test('shows a mark where a letter would turn the direction of writing', async () => {
    const { page } = await open({ ...fleet(), findings: [aFinding({ message: 'abc\u202Edef\u0007' })] })
    expect(await cells(page, 'message')).toEqual(['abc\ufffddef\ufffd'])
    await page.close()
  })
})
