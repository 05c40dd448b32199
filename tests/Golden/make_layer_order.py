"""layer_order.json: the order of the layers of Keras' 40 applications in model.layers, by map_graph of Keras 3.16's keras/src/ops/function.py, which is
executed as it is on the connections of keras-applications.json.gz; the first 16 digits of the SHA-256 of the names, joined by line feeds, without the input.
Run: python3 make_layer_order.py function.py keras-applications.json.gz > layer_order.json"""
import ast, collections, gzip, hashlib, json, sys
sys.setrecursionlimit(20000)
src = open(sys.argv[1]).read()
tree_ = ast.parse(src)
class tree:
    @staticmethod
    def flatten(x):
        out = []
        for i in (x if isinstance(x, (list, tuple)) else [x]):
            out += tree.flatten(i) if isinstance(i, (list, tuple)) else [i]
        return out
ns = {'collections': collections, 'tree': tree}
for n in tree_.body:
    if isinstance(n, ast.FunctionDef) and n.name in ('map_graph', '_build_map', '_build_map_helper', 'make_node_key'):
        exec(compile(ast.Module([n], []), 'function.py', 'exec'), ns)
H = collections.namedtuple('H', 'operation node_index tensor_index')
class T:
    def __init__(s, h): s._keras_history = h
class Node:
    def __init__(s, op, inputs):
        s.operation, s.input_tensors, s.is_input = op, inputs, not inputs
        s.parent_nodes = [t._keras_history.operation._inbound_nodes[0] for t in inputs]
        op._inbound_nodes.append(s); s.outputs = [T(H(op, 0, 0))]
class Op:
    def __init__(s, name): s.name, s._inbound_nodes = name, []
d = json.load(gzip.open(sys.argv[2]))
out = {}
for m, v in d.items():
    made, exprs = {}, {}
    def tensor(e):
        if isinstance(e, str): return made[e]
        k = json.dumps(e)
        if k not in exprs:
            op = Op('op ' + k); Node(op, [tensor(x) for x in e[1:] if not isinstance(x, (int, float))]); exprs[k] = op._inbound_nodes[0].outputs[0]
        return exprs[k]
    for l in v['layers']:
        op = Op(l['name']); Node(op, [tensor(i) for i in l.get('inputs', [])]); made[l['name']] = op._inbound_nodes[0].outputs[0]
    ops = ns['map_graph']([made['input_']], [made[v['layers'][-1]['name']]])[2]
    names = [o.name for o in ops if not o.name.startswith('op ') and o.name != 'input_']
    out[m] = names
print(json.dumps({m: hashlib.sha256('\n'.join(n).encode()).hexdigest()[:16] for m, n in out.items()}, indent=0))
