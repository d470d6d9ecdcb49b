// Grafana publishes its dashboard format as TypeScript types only: they become a JSON schema here, and the schema judges the files.
// 11.6 is the last line of @grafana/schema that has the Elasticsearch query's types too.
import Ajv from 'ajv';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const types = (file) => here(`node_modules/@grafana/schema/dist/esm/raw/${file}.d.ts`);
const ajv = new Ajv({ allErrors: true, strict: false });

function validator(file, type) {
  const config = { path: types(file), type, skipTypeCheck: true, additionalProperties: false };
  return ajv.compile(createGenerator(config).createSchema(type));
}

const validDashboard = validator('dashboard/x/dashboard_types.gen', 'Dashboard');
const validQuery = validator(
  'composable/elasticsearch/dataquery/x/ElasticsearchDataQuery_types.gen', 'ElasticsearchDataQuery');

let mistakes = 0;
function judge(valid, value, where) {
  if (!valid(value)) {
    for (const error of valid.errors) {
      console.error(`${where}${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`);
      mistakes++;
    }
  }
}

const folder = here('../grafana/dashboards/');
const files = readdirSync(folder).sort();
for (const file of files) {
  const dashboard = JSON.parse(readFileSync(folder + file, 'utf8'));
  for (const annotation of dashboard.annotations.list) {
    // Of annotations Grafana's type knows only its own; these parts belong to the Elasticsearch data source (its ElasticsearchAnnotationQuery).
    judge(validQuery, annotation.target, `${file} annotation "${annotation.name}"`);
    for (const own of ['target', 'timeField', 'textField', 'tagsField']) {
      delete annotation[own];
    }
  }
  judge(validDashboard, dashboard, file);
  for (const panel of dashboard.panels.filter((each) => each.datasource.type === 'elasticsearch')) {
    panel.targets.forEach((target) => judge(validQuery, target, `${file} panel "${panel.title}"`));
  }
}
console.log(`${files.length} dashboards, ${mistakes} mistakes`);
process.exit(mistakes > 0 || files.length === 0 ? 1 : 0);
