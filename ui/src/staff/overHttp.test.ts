import { afterEach, describe, expect, it, vi } from 'vitest';
import { backend } from './overHttp';

const fetched = vi.fn<typeof fetch>();
vi.stubGlobal('fetch', fetched);

afterEach(() => {
  fetched.mockReset();
});

const answers = (status: number, body: string): void => {
  fetched.mockResolvedValueOnce(new Response(body, { status }));
};

describe('over HTTP', () => {
  it('posts JSON with the browser’s cookie to its own origin alone', async () => {
    answers(200, '{"answer":"staff","members":[]}');
    expect(await backend.ask({ ask: 'staff' })).toEqual({ answer: 'staff', members: [] });
    const [path, options] = fetched.mock.calls[0] ?? [];
    expect(path).toBe('/staff/api/ask');
    expect(options).toMatchObject({
      method: 'POST',
      credentials: 'same-origin',
      redirect: 'error',
      cache: 'no-store',
      body: '{"ask":"staff"}',
    });
  });

  it('names each door', async () => {
    for (let times = 0; times < 3; times += 1) answers(200, '');
    await backend.signIn('MB', 'teapot-meadow');
    await backend.takeUpInvitation('abc', 'teapot-meadow');
    expect(await backend.signOut()).toBeNull();
    expect(fetched.mock.calls.map(([path]) => path)).toEqual([
      '/staff/api/sign-in',
      '/staff/api/invitation',
      '/staff/api/sign-out',
    ]);
  });

  it('passes on what the portal says', async () => {
    answers(401, '{"code":"not_let_in"}');
    await expect(backend.signIn('MB', 'x')).rejects.toEqual({ code: 'not_let_in' });
    answers(429, '{"code":"locked","retry_after_s":60}');
    await expect(backend.signIn('MB', 'x')).rejects.toEqual({ code: 'locked', retry_after_s: 60 });
  });

  it.each([
    [401, 'not_signed_in'],
    [502, 'portal_unreachable'],
    [503, 'portal_unreachable'],
    [500, 'unforeseen'],
    [404, 'unforeseen'],
  ])('%i without words of the portal’s is %s', async (status, code) => {
    answers(status, '<html>Bad gateway</html>');
    await expect(backend.ask({ ask: 'staff' })).rejects.toEqual({ code });
  });

  it('is unreachable where nothing answers', async () => {
    fetched.mockRejectedValueOnce(new TypeError('Failed to fetch'));
    await expect(backend.ask({ ask: 'staff' })).rejects.toEqual({ code: 'portal_unreachable' });
  });
});
