package org.vpnprobe.config.imports;

import java.io.IOException;
import java.net.Proxy;
import java.time.Duration;
import okhttp3.CookieJar;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.ForeignFiles.Unreadable;

/**
 * Fetches what the user names by {@code https://}. From that host alone: a redirect elsewhere is
 * refused. No proxy, no cookies, no other try. Addresses of subscriptions are secrets: no message
 * shows more than the host.
 */
public final class Fetch {
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final int MOST_REDIRECTS = 5;

  private final OkHttpClient client;

  /** With the certificates that this machine trusts. */
  public Fetch() {
    this(new OkHttpClient());
  }

  Fetch(OkHttpClient base) {
    client =
        base.newBuilder()
            .proxy(Proxy.NO_PROXY)
            .cookieJar(CookieJar.NO_COOKIES)
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(false)
            .callTimeout(LONGEST)
            .build();
  }

  /**
   * The bytes behind an address.
   *
   * @throws Unreadable when there are none, or more than {@link Source#MOST_BYTES}
   */
  public Source get(String address) throws Unreadable {
    HttpUrl url = address.startsWith("https://") ? HttpUrl.parse(address) : null;
    if (url == null) {
      throw new Unreadable("this is no https:// address");
    }
    String shown = "https://" + url.host() + "/…";
    for (int i = 0; i <= MOST_REDIRECTS; i++) {
      Request request =
          new Request.Builder()
              .url(url)
              .header("User-Agent", "vpnprobe")
              .header("Accept", "*/*")
              .build();
      try (Response response = client.newCall(request).execute()) {
        if (!response.isRedirect()) {
          return Source.of(shown, bytes(response, shown), null);
        }
        url = next(url, response.header("Location"), shown);
      } catch (IOException e) {
        // The exception's own words may hold the address.
        throw new Unreadable(shown + ": cannot be fetched (" + e.getClass().getSimpleName() + ")");
      }
    }
    throw new Unreadable(shown + ": redirects more than " + MOST_REDIRECTS + " times");
  }

  private static HttpUrl next(HttpUrl from, @Nullable String location, String shown)
      throws Unreadable {
    HttpUrl to = location == null ? null : from.resolve(location);
    if (to == null || !to.isHttps() || !to.host().equals(from.host()) || to.port() != from.port()) {
      throw new Unreadable(
          shown
              + ": redirects to another server, and only the one you name is asked; name the other"
              + (to == null ? "" : " (" + to.host() + ")"));
    }
    return to;
  }

  private static byte[] bytes(Response response, String shown) throws IOException, Unreadable {
    if (!response.isSuccessful()) {
      throw new Unreadable(shown + ": the server says " + response.code());
    }
    try (ResponseBody body = response.body()) {
      BufferedSource in = body.source();
      if (in.request(Source.MOST_BYTES + 1L)) {
        throw new Unreadable(shown + ": larger than " + Source.MOST_BYTES / 1048576 + " MiB");
      }
      return in.readByteArray();
    }
  }
}
