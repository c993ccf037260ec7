package org.vpnprobe.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A headless Chromium, driven over the W3C WebDriver protocol by Debian's chromedriver. It keeps
 * nothing and fetches nothing of its own.
 */
final class Browser implements AutoCloseable {
  /** The element reference of the WebDriver recommendation, section 12.1. */
  private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

  private static final Pattern PORT = Pattern.compile("started successfully on port (\\d+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final Daemon driver;
  private final String base;
  private final String session;

  private Browser(Daemon driver, Path folder) {
    this.driver = driver;
    driver.awaitLog(PORT.pattern());
    Matcher port = PORT.matcher(driver.log());
    if (!port.find()) {
      throw new AssertionError(driver.log());
    }
    this.base = "http://127.0.0.1:" + port.group(1) + "/session";
    ObjectNode capabilities = JSON.createObjectNode();
    ObjectNode wanted = capabilities.putObject("capabilities").putObject("alwaysMatch");
    wanted.putObject("goog:loggingPrefs").put("browser", "ALL").put("performance", "ALL");
    ObjectNode options = wanted.putObject("goog:chromeOptions");
    options.put("binary", Needs.program("chromium"));
    ArrayNode arguments = options.putArray("args");
    List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--user-data-dir=" + folder.resolve("profile"))
        .forEach(arguments::add);
    this.session = base + "/" + send("POST", base, capabilities).get("sessionId").asString();
  }

  /**
   * Starts one.
   *
   * @param folder for its profile and logs
   */
  static Browser start(Path folder) {
    Daemon driver = Daemon.start(null, folder, Needs.program("chromedriver"), "--port=0");
    try {
      return new Browser(driver, folder);
    } catch (RuntimeException | Error e) {
      driver.close();
      throw e;
    }
  }

  /** Opens a page; what was asked for before no longer counts. */
  void open(Path page) {
    open(page.toUri().toString());
  }

  /** The same by its address. */
  void open(String address) {
    post("/url", JSON.createObjectNode().put("url", "about:blank"));
    requests();
    console();
    post("/url", JSON.createObjectNode().put("url", address));
  }

  /** Sets the size of the page, in CSS pixels. */
  void size(int width, int height) {
    devtools(
        "Emulation.setDeviceMetricsOverride",
        JSON.createObjectNode()
            .put("width", width)
            .put("height", height)
            .put("deviceScaleFactor", 1)
            .put("mobile", width < 600));
  }

  /** Sets a media feature, such as {@code prefers-color-scheme} to {@code dark}. */
  void media(String type, String feature, String value) {
    ObjectNode parameters = JSON.createObjectNode().put("media", type);
    parameters.putArray("features").addObject().put("name", feature).put("value", value);
    devtools("Emulation.setEmulatedMedia", parameters);
  }

  /** Runs a script's function body in the page; this works where the page's own may not. */
  JsonNode run(String body) {
    ObjectNode script = JSON.createObjectNode().put("script", body);
    script.putArray("args");
    return post("/execute/sync", script);
  }

  /** The text that a script returns. */
  String text(String body) {
    return run(body).asString();
  }

  /** The number that a script returns. */
  int number(String body) {
    return run(body).asInt();
  }

  /** Clicks on an element as a person does: it has to be there to be seen. */
  void click(String selector) {
    post("/element/" + find(selector) + "/click", JSON.createObjectNode());
  }

  /** Types into an element, or presses keys there (WebDriver's key codes are U+E000 and up). */
  void type(String selector, String keys) {
    post("/element/" + find(selector) + "/value", JSON.createObjectNode().put("text", keys));
  }

  /** Presses and releases one key, wherever the focus is. */
  void press(char key) {
    ObjectNode actions = JSON.createObjectNode();
    ObjectNode source = actions.putArray("actions").addObject().put("type", "key").put("id", "k");
    ArrayNode strokes = source.putArray("actions");
    strokes.addObject().put("type", "keyDown").put("value", String.valueOf(key));
    strokes.addObject().put("type", "keyUp").put("value", String.valueOf(key));
    post("/actions", actions);
  }

  /** Pages opened from now on run no script of their own. */
  void withoutScript() {
    devtools("Emulation.setScriptExecutionDisabled", JSON.createObjectNode().put("value", true));
  }

  byte[] screenshot() {
    return Base64.getDecoder().decode(send("GET", session + "/screenshot", null).asString());
  }

  /** A command of Chromium's own protocol. */
  JsonNode devtools(String command, ObjectNode parameters) {
    ObjectNode call = JSON.createObjectNode().put("cmd", command);
    call.set("params", parameters);
    return post("/goog/cdp/execute", call);
  }

  JsonNode devtools(String command) {
    return devtools(command, JSON.createObjectNode());
  }

  /** What the page wrote to its console since last asked, errors of its policy included. */
  List<String> console() {
    List<String> lines = new ArrayList<>();
    log("browser").forEach(entry -> lines.add(entry.get("message").asString()));
    return lines;
  }

  /** The addresses of all that the page asked for since last asked. */
  List<String> requests() {
    List<String> addresses = new ArrayList<>();
    for (JsonNode entry : log("performance")) {
      JsonNode message = JSON.readTree(entry.get("message").asString()).get("message");
      if (message.get("method").asString().equals("Network.requestWillBeSent")) {
        addresses.add(message.at("/params/request/url").asString());
      }
    }
    return addresses;
  }

  private JsonNode log(String type) {
    return post("/se/log", JSON.createObjectNode().put("type", type));
  }

  private String find(String selector) {
    ObjectNode query = JSON.createObjectNode();
    query.put("using", "css selector").put("value", selector);
    return post("/element", query).get(ELEMENT).asString();
  }

  private JsonNode post(String path, ObjectNode body) {
    return send("POST", session + path, body);
  }

  private JsonNode send(String method, String address, @Nullable ObjectNode body) {
    try {
      HttpRequest.BodyPublisher content =
          body == null
              ? HttpRequest.BodyPublishers.noBody()
              : HttpRequest.BodyPublishers.ofString(body.toString());
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(address))
              .timeout(Duration.ofSeconds(60))
              .header("Content-Type", "application/json")
              .method(method, content)
              .build();
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      JsonNode value = JSON.readTree(response.body()).get("value");
      if (response.statusCode() != 200) {
        throw new AssertionError(address + ": " + value);
      }
      return value;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    try {
      send("DELETE", session, null);
    } finally {
      driver.close();
      http.close();
    }
  }
}
