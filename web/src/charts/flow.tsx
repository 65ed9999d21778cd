import { sankey, sankeyLinkHorizontal, type SankeyLink, type SankeyNode } from "d3-sankey";
import type { Level } from "../api/client";
import { counted, levelLabel, levelSign, number } from "../ui/words";
import { flowLinks, type FlowLink, type Matrix } from "./flow_data";

interface Node {
  id: string;
  level: Level | "new";
  side: 0 | 1;
}
type Link = FlowLink & { source: string; target: string };

const kWidth = 480;
const kHeight = 210;
const kLabel = 104;

/** Who went from which level to which: each ribbon filters a list. Those who stayed are a number, not a ribbon: they would hide the rest. */
export function Flow({
  matrix,
  selected,
  onSelect,
}: {
  matrix: Matrix;
  selected?: string | undefined;
  onSelect: (link: FlowLink | undefined) => void;
}) {
  const links = flowLinks(matrix);
  if (links.length === 0) return <p className="quiet">Nobody moved from one level to another.</p>;
  const ids = new Set(links.flatMap((link) => [`0 ${link.from}`, `1 ${link.to}`]));
  const order: (Level | "new")[] = ["high", "medium", "engaged", "low", "none", "inactive", "new"];
  const nodes: Node[] = ([0, 1] as const).flatMap((side) =>
    order.filter((level) => ids.has(`${side} ${level}`)).map((level) => ({ id: `${side} ${level}`, level, side })),
  );
  const layout = sankey<Node, Link>()
    .nodeId((node) => node.id)
    .nodeWidth(4)
    .nodePadding(16)
    .nodeSort((a, b) => order.indexOf(a.level) - order.indexOf(b.level))
    .linkSort((a, b) => order.indexOf(a.to) - order.indexOf(b.to) || order.indexOf(a.from) - order.indexOf(b.from))
    .extent([
      [kLabel, 10],
      [kWidth - kLabel, kHeight - 10],
    ]);
  const graph = layout({
    nodes: nodes.map((node) => ({ ...node })),
    links: links.map((link) => ({ ...link, source: `0 ${link.from}`, target: `1 ${link.to}` })),
  });
  const path = sankeyLinkHorizontal<Node, Link>();
  const name = (level: Level | "new") => (level === "new" ? "New" : levelLabel(level));
  const label = (node: SankeyNode<Node, Link>) => (node.level === "new" ? "New" : `${levelSign(node.level)} ${levelLabel(node.level)}`);
  return (
    <svg className="flow" viewBox={`0 0 ${kWidth} ${kHeight}`} role="group" aria-label="Accounts that moved between levels">
      {graph.links.map((link: SankeyLink<Node, Link>) => {
        const key = `${link.from}-${link.to}`;
        const isOn = selected === key;
        const words = `${counted(link.value, "account", "accounts")} from ${name(link.from)} to ${name(link.to)}`;
        const toggle = () => onSelect(isOn ? undefined : link);
        return (
          <path
            key={key}
            d={path(link) ?? ""}
            className={`ribbon ${link.to}${isOn ? " on" : ""}${selected && !isOn ? " off" : ""}`}
            strokeWidth={Math.max(2, link.width ?? 0)}
            role="button"
            tabIndex={0}
            aria-pressed={isOn}
            aria-label={`${words}: show them`}
            onClick={toggle}
            onKeyDown={(event) => {
              if (event.key !== "Enter" && event.key !== " ") return;
              event.preventDefault();
              toggle();
            }}
          >
            <title>{words}</title>
          </path>
        );
      })}
      {graph.nodes.map((node) => {
        const y = ((node.y0 ?? 0) + (node.y1 ?? 0)) / 2;
        const isLeft = node.side === 0;
        return (
          <g key={node.id} className={`node ${node.level}`}>
            <rect x={node.x0} y={node.y0} width={4} height={Math.max(2, (node.y1 ?? 0) - (node.y0 ?? 0))} />
            <text x={isLeft ? (node.x0 ?? 0) - 8 : (node.x1 ?? 0) + 8} y={y + 4} textAnchor={isLeft ? "end" : "start"}>
              {label(node)} <tspan className="count">{number(node.value ?? 0)}</tspan>
            </text>
          </g>
        );
      })}
    </svg>
  );
}
