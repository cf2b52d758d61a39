// Runs server_child.py or free_child.py in Pyodide, as xlwings Lite runs main.py: wheels installed by micropip,
// data crossing from JavaScript. Arguments: folder of Pyodide, folder of wheels, the child, file of the request,
// file for the answers. The child may import the other modules of its folder.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

// Node would print a line of Pyodide first, which is a megabyte long.
process.on("uncaughtException", (fault) => {
  console.error(String(fault));
  process.exit(1);
});
const [folder, wheels, child, request, result] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")));
const pyodide = await loadPyodide({
  indexURL: folder,
  packageCacheDir: folder,
  env: { ...process.env, HOME: "/home/pyodide" },
  stdout: (line) => console.error(line),
});
await pyodide.loadPackage("micropip", { messageCallback: () => {} });
const names = readdirSync(wheels).filter((name) => name.endsWith(".whl"));
for (const name of names) pyodide.FS.writeFile("/tmp/" + name, readFileSync(join(wheels, name)));
const micropip = pyodide.pyimport("micropip");
await micropip.install(names.map((name) => "emfs:/tmp/" + name));
const here = dirname(child);
pyodide.FS.mkdirTree("/home/pyodide/tests/hosts/xlwings_udf");
for (const name of readdirSync(here).filter((name) => name.endsWith(".py"))) {
  pyodide.FS.writeFile("/home/pyodide/tests/hosts/xlwings_udf/" + name, readFileSync(join(here, name)));
}
const started = pyodide.pyimport("tests.hosts.xlwings_udf." + basename(child, ".py"));
const asked = JSON.parse(readFileSync(request, "utf8"));
writeFileSync(result, await started.answers(pyodide.toPy(asked)));
process.exit(0);
