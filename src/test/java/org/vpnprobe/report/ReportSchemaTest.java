package org.vpnprobe.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.State;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** The published schema accepts what we write, names every key, and refuses what lacks one. */
public class ReportSchemaTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static JsonNode published() throws IOException {
    return MAPPER.readTree(ReportSchema.json());
  }

  /** Problems of a report; a key that the schema does not name is one. */
  public static List<String> problems(String report) throws IOException {
    JsonNode schema = published();
    strict(schema);
    return problems(schema, report);
  }

  private static List<String> problems(JsonNode schema, String report) {
    Schema compiled =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(schema.toString(), InputFormat.JSON);
    return compiled.validate(report, InputFormat.JSON).stream().map(Object::toString).toList();
  }

  /** Keys may be added for others; for our own test all have to be known. */
  private static void strict(JsonNode schema) {
    if (schema instanceof ObjectNode object && object.has("properties")) {
      object.put("additionalProperties", false);
    }
    schema.forEach(ReportSchemaTest::strict);
  }

  private static String written(Dossier dossier) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new JsonFormat().write(dossier, out);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void acceptsWhatIsWritten() throws Exception {
    assertEquals(List.of(), problems(written(SampleReport.dossier())));
    assertEquals(List.of(), problems(written(SampleDossier.rich())));
    assertEquals(List.of(), problems(written(SampleDossier.hostile("x\u0000\u202e\"\n"))));
  }

  /** Keys are never left out: each is required. */
  @Test
  void refusesAReportThatLacksAKey() throws Exception {
    JsonNode schema = published();
    for (JsonNode object : objects(schema, new ArrayList<>())) {
      assertEquals(
          object.get("properties").propertyNames().stream().toList(),
          object.get("required").valueStream().map(JsonNode::asString).toList());
    }
    JsonNode report = MAPPER.readTree(written(SampleDossier.rich()));
    ((ObjectNode) report.get("cells").get(0)).remove("cause");
    assertFalse(problems(schema, report.toString()).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"schema_version\" : 1|\"schema_version\" : 2",
        "\"state\" : \"blocked\"|\"state\" : \"stopped\"",
        "\"p_value\" : 1.96E-6|\"p_value\" : 1.5",
        "\"trials\" : 1|\"trials\" : \"1\"",
        "\"as_expected\" : true|\"as_expected\" : \"yes\"",
      })
  void refusesWhatIsNoReport(String change) throws Exception {
    String[] parts = change.split("\\|");
    String report = written(SampleDossier.rich());
    assertFalse(problems(report.replace(parts[0], parts[1])).isEmpty(), change);
  }

  /** A word that the code has and the schema lacks would be refused by those who check. */
  @Test
  void knowsEveryWord() throws Exception {
    JsonNode defs = published().get("$defs");
    assertEquals(words(State.values()), words(defs.get("state")));
    assertEquals(words(Depth.values()), words(defs.get("depth")));
    assertEquals(words(Transport.values()), words(defs.get("transport")));
    assertEquals(words(Family.values()), words(defs.get("family")));
    assertEquals(words(Profile.values()), words(defs.get("profile")));
    JsonNode cell = defs.get("cell").get("properties");
    assertEquals(words(Expectation.values()), words(cell.get("expected")));
    assertEquals(
        words(StepName.values()), words(cell.get("last_failure").get("properties").get("step")));
    assertEquals(words(Role.values()), words(defs.get("carrier").get("properties").get("role")));
    JsonNode egress = defs.get("egress").get("properties");
    assertEquals(words(Egress.How.values()), words(egress.get("how")));
    assertEquals(words(Egress.Moment.values()), words(egress.get("moment")));
  }

  /** The site publishes the very file that is in the jar. */
  @Test
  void theSiteHasTheSame() throws Exception {
    assertEquals(
        Files.readString(Path.of("src/main/resources/org/vpnprobe/report/report.schema.json")),
        Files.readString(Path.of("src/site/resources/report.schema.json")));
  }

  private static List<JsonNode> objects(JsonNode schema, List<JsonNode> found) {
    if (schema.isObject() && schema.has("properties")) {
      found.add(schema);
    }
    schema.forEach(child -> objects(child, found));
    return found;
  }

  private static List<String> words(Enum<?>[] constants) {
    return Arrays.stream(constants).map(each -> each.name().toLowerCase(Locale.ROOT)).toList();
  }

  private static List<String> words(JsonNode schema) {
    return schema.get("enum").valueStream().map(JsonNode::asString).toList();
  }
}
