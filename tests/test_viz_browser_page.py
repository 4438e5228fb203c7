"""The page in a browser: what clicks, keys and the slider do, and that it asks for nothing."""

from __future__ import annotations

import nn
import viz
from autograd import float64, grad, ones, tensor
from tests.pages import (
    TIMES,
    Show,
    box_rows,
    classes,
    ids,
    net_graph,
    place,
    slide,
    std_graph,
    texts,
    with_class,
)
from viz.card import card, tags
from viz.page.steps import steps


def test_the_std_graph_with_all_its_numbers(show: Show) -> None:
    graph = std_graph()
    page = show(graph)
    assert page.title() == "Computation graph of std"
    for vertex in graph.vertices:
        assert box_rows(page, vertex.id) == [row.label + row.text for row in card(vertex).rows]
    for edge, tag in zip(graph.edges, tags(graph), strict=True):
        assert tag is not None
        shown = texts(page, f"[data-edge={edge.id}] text")
        assert shown == [f"{tag.product} {tag.contribution}"]


def test_the_slider_plays_forward_and_back(show: Show) -> None:
    graph = std_graph()
    page = show(graph)
    order = steps(graph)
    assert page.locator("#slider").get_attribute("max") == str(len(order)) == "35"
    assert page.locator("#slider").input_value() == "35"
    mean, first = graph["mean"].id, graph["deviation 1"].id

    slide(page, 0)
    assert box_rows(page, mean) == box_rows(page, graph["x1"].id) == []
    assert texts(page, ".tag text") == []
    assert page.locator("#sentence").text_content() == "Nothing is computed yet."

    slide(page, 4)  # x1, x2, sum, mean
    assert [step.about for step in order[:4]] == ["v1", "v2", "v3", mean]
    assert page.locator("#sentence").text_content() == "mean = sum / 2 = 2 / 2 = 1"
    assert box_rows(page, mean) == ["value1"]
    assert box_rows(page, first) == []
    assert {"now", "forward"} <= classes(page, mean)

    back = [(step.phase, step.about) for step in order].index(("backward", mean))
    slide(page, back)  # before it
    assert box_rows(page, mean) == ["value1"]
    slide(page, back + 1)
    assert page.locator("#sentence").text_content() == "d std / d mean = +0.5 - 0.5 = 0"
    assert box_rows(page, mean) == ["value1", "gradient0"]
    assert box_rows(page, graph["sum"].id) == ["value2"]
    assert {"now", "backward"} <= classes(page, mean)

    page.click("#next")
    [edge] = graph.inputs("mean")
    assert page.locator("#sentence").text_content() == (
        f"sum receives d std / d mean {TIMES} d mean / d sum = 0 {TIMES} 0.5 = 0"
    )
    assert texts(page, f"[data-edge={edge.id}] text") == [f"0 {TIMES} 0.5 = 0"]
    assert "backward" in classes(page, edge.id)
    page.click("#previous")
    assert texts(page, f"[data-edge={edge.id}] text") == []
    page.click("#first")
    assert page.locator("#slider").input_value() == "0"
    assert page.locator("#previous").is_disabled()
    page.click("#last")
    assert page.locator("#slider").input_value() == "35"
    assert page.locator("#next").is_disabled()


def test_it_plays_by_itself_and_stops(show: Show) -> None:
    page = show(std_graph())
    page.clock.install()
    page.click("#play")
    assert page.locator("#slider").input_value() == "1"
    assert page.locator("#play").text_content() == "Pause"
    page.clock.run_for(2300)
    assert page.locator("#slider").input_value() == "3"
    page.keyboard.press("Space")  # the button has the focus
    assert page.locator("#play").text_content() == "Play"
    page.clock.run_for(5000)
    assert page.locator("#slider").input_value() == "3"
    page.locator("#stage").focus()
    page.keyboard.press("n")
    assert page.locator("#slider").input_value() == "4"
    page.keyboard.press("p")
    page.keyboard.press("p")
    assert page.locator("#slider").input_value() == "2"
    page.keyboard.press("Space")
    page.clock.run_for(60_000)
    assert page.locator("#slider").input_value() == "35"
    assert page.locator("#play").text_content() == "Play"


def test_a_click_opens_the_card(show: Show) -> None:
    graph = std_graph()
    page = show(graph)
    assert not page.locator("#panel").is_visible()
    page.click(f"#{graph['mean'].id}")
    panel = page.locator("#panel")
    assert texts(page, "#card h2") == ["mean"]
    assert texts(page, "#card .how") == ["mean = sum / 2 = 2 / 2 = 1"]
    assert texts(page, "#card .sum") == ["d std / d mean = +0.5 - 0.5 = 0"]
    assert texts(page, "#card dd.value") == ["1"]
    assert texts(page, "#card dd.gradient") == ["0"]
    assert [text.removeprefix(f"upstream {TIMES} local = ") for text in texts(page, ".product")][
        -3:
    ] == [f"-0.5 {TIMES} -1 = +0.5", f"0.5 {TIMES} -1 = -0.5", f"0 {TIMES} 0.5 = 0"]
    assert "d deviation 1 / d mean = -1" in texts(page, "#card .local")
    assert "float64" in (panel.text_content() or "")
    assert "selected" in classes(page, graph["mean"].id)
    page.click("#card .link >> text=deviation 2")
    assert texts(page, "#card h2") == ["deviation 2"]
    page.keyboard.press("Escape")
    assert not panel.is_visible()
    assert with_class(page, "selected") == set()


def test_a_click_on_an_edge_shows_what_it_brings_back(show: Show) -> None:
    graph = std_graph()
    page = show(graph)
    edge = next(edge for edge in graph.uses("mean") if graph[edge.target].name == "deviation 2")
    page.click(f"[data-edge={edge.id}] text")
    assert texts(page, "#card h2") == ["mean"]
    [marked] = texts(page, "#card .marked")
    assert marked.endswith(f"upstream {TIMES} local = 0.5 {TIMES} -1 = -0.5")


def test_a_large_graph_is_cut_down_and_says_so(show: Show) -> None:
    x = tensor(1.0, dtype=float64, requires_grad=True)
    y = x
    for _ in range(700):
        y = y * 1.001
    page = show(viz.trace(y))
    assert page.locator("#boxes .node").count() == 400
    assert (page.locator("#why").text_content() or "").startswith("400 of 701 vertices are shown")
    page.keyboard.press("p")
    assert page.locator("#slider").input_value() == str(
        int(page.locator("#slider").get_attribute("max") or 0) - 1
    )


def test_the_keyboard_goes_everywhere(show: Show) -> None:
    graph = std_graph()
    page = show(graph)
    page.locator("#stage").focus()
    page.keyboard.press("Tab")
    focused = "() => document.activeElement.id"
    assert page.evaluate(focused) == graph["x1"].id
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == graph["x2"].id
    page.keyboard.press("ArrowRight")  # inputs are on the left
    assert page.evaluate(focused) == graph["sum"].id
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert texts(page, "#card h2") == ["mean"]
    page.keyboard.press("ArrowLeft")
    assert texts(page, "#card h2") == ["sum"]
    assert page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") == "none"
    rim = "() => getComputedStyle(document.activeElement.querySelector('.box')).strokeWidth"
    assert float(page.evaluate(rim).removesuffix("px")) >= 3  # which is its outline
    page.keyboard.press("Escape")
    assert page.evaluate(focused) == graph["sum"].id


def test_search_finds_names_operations_and_modules(show: Show) -> None:
    graph = std_graph()
    page = show(graph)
    page.locator("#stage").focus()
    page.keyboard.press("/")
    page.keyboard.type("devi")
    assert with_class(page, "found") == ids(graph, "deviation 1", "deviation 2")
    assert page.locator("#status").text_content() == "2 found"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert texts(page, "#card h2") == ["deviation 2"]
    page.keyboard.press("Enter")
    assert texts(page, "#card h2") == ["deviation 1"]
    page.locator("#search").fill("pow 2")
    assert with_class(page, "found") == ids(graph, "square 1", "square 2")
    page.locator("#search").fill("no such thing")
    assert texts(page, "#results li") == ["nothing found"]
    page.keyboard.press("Escape")
    assert page.locator("#search").input_value() == ""
    assert with_class(page, "found") == set()

    page = show(net_graph())
    page.locator("#depth").select_option("0")
    page.locator("#search").fill("inside.2")
    page.keyboard.press("Enter")
    [group] = [each for each in net_graph().groups if each.path == "Net.inside.2"]
    assert "Net.inside.2" in (page.locator("#card").text_content() or "")
    assert page.locator(f"#{group.id}").is_visible()


def test_modules_open_and_collapse(show: Show) -> None:
    graph = net_graph()
    page = show(graph)
    by_path = {group.path: group.id for group in graph.groups}
    assert set(by_path) >= {"Net", "Net.inside", "Net.inside.0", "Net.last"}
    count = "() => document.querySelectorAll('#boxes .node').length"
    assert page.evaluate(count) == len(graph.vertices)
    page.locator("#depth").select_option("0")
    assert page.evaluate(count) == sum(vertex.group is None for vertex in graph.vertices) + 1
    net = by_path["Net"]
    assert "module" in classes(page, net)
    rows = dict(zip(texts(page, f"#{net} .label"), texts(page, f"#{net} .row"), strict=False))
    assert rows["parameters"] == "parameters35"
    page.click(f"#{net} .toggle")
    assert "handle" in classes(page, net)
    assert page.locator(f"#{by_path['Net.inside']}").is_visible()
    assert page.locator("#depth").input_value() == "1"
    page.locator(f"#{by_path['Net.inside']}").focus()
    page.keyboard.press("o")
    assert page.locator("#depth").input_value() == ""
    assert page.locator(f"#{by_path['Net.inside.0']}").is_visible()
    frame = place(page, f"#{by_path['Net.inside']}")
    assert frame["x"] < place(page, f"#{by_path['Net.inside.0']}")["x"]
    page.keyboard.press("o")
    assert page.locator(f"#{by_path['Net.inside.0']}").count() == 0
    page.click(f"#{by_path['Net.inside']}")
    assert texts(page, "#card h2") == ["inside"]
    page.click("#card button >> text=Open")
    assert page.locator(f"#{by_path['Net.inside.0']}").is_visible()


def test_many_equal_blocks_are_not_hidden_in_one_box(show: Show) -> None:
    model = nn.Sequential(*(nn.Sequential(nn.Tanh(), nn.Tanh()) for _ in range(120)))
    page = show(viz.trace(model(ones(2, requires_grad=True)).sum()))
    assert page.locator("#boxes .node").count() == 122
    assert page.locator("#depth").input_value() == "1"


def test_what_is_selected_stays_in_sight_beside_its_card(show: Show) -> None:
    page = show(net_graph(), width=900)
    for id in ("v1", net_graph().vertices[-1].id):
        page.locator(f"#{id}").focus()
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.querySelector('#panel').offsetWidth > 0")
        chosen, stage = place(page, f"#{id} .box"), place(page, "#stage")
        assert stage["x"] <= chosen["x"]
        assert chosen["x"] + chosen["width"] <= stage["x"] + stage["width"]
        page.keyboard.press("Escape")


def test_the_gradient_of_parameters_comes_last(show: Show) -> None:
    graph = net_graph()
    page = show(graph)
    page.locator("#depth").select_option("0")
    net = graph.groups[0].id
    norm = f"#{net} .of-gradient-norm"
    assert len(texts(page, norm)) == 1
    page.click("#first")
    assert texts(page, norm) == []


def test_many_boxes_begin_collapsed(show: Show) -> None:
    net = nn.Sequential(*(nn.Sequential(nn.Linear(2, 2), nn.Tanh()) for _ in range(20)))
    graph = viz.trace(net(ones(1, 2)).sum())
    assert 60 < len(graph) <= 400
    page = show(graph)
    assert 20 <= page.locator("#boxes .node").count() <= 60
    assert (page.locator("#status").text_content() or "").startswith("Some modules are collapsed")
    page.locator("#depth").select_option(label="all open")
    assert page.locator("#boxes .node").count() == len(graph)


def test_steps_pass_over_what_is_in_collapsed_modules(show: Show) -> None:
    graph = net_graph()
    page = show(graph)
    every = int(page.locator("#slider").get_attribute("max") or 0)
    assert every == len(steps(graph))
    page.locator("#depth").select_option("0")
    fewer = int(page.locator("#slider").get_attribute("max") or 0)
    assert 0 < fewer < every
    net = graph.groups[0].id
    slide(page, 0)
    assert texts(page, f"#{net} .of-value") == []
    for _ in range(fewer):
        page.keyboard.press("n")
    assert texts(page, f"#{net} .of-value") != []
    assert page.locator("#next").is_disabled()


def test_the_paths_to_a_leaf(show: Show) -> None:
    graph = std_graph()
    page = show(graph)
    page.locator("#leaf").select_option(label="x1")
    assert page.locator("#status").text_content() == "3 paths lead from x1 to std"
    off = ids(graph, "x2")
    assert with_class(page, "path") == {vertex.id for vertex in graph.vertices} - off
    over = set(page.locator("#wires .path").evaluate_all("all => all.map((each) => each.id)"))
    assert over == {edge.id for edge in graph.edges if edge.source not in off}
    dim = "id => Number(getComputedStyle(document.getElementById(id)).opacity)"
    assert page.evaluate(dim, graph["x2"].id) < 0.5
    assert page.evaluate(dim, graph["x1"].id) == 1
    page.locator("#leaf").select_option("")
    assert with_class(page, "path") == set()
    page.click(f"#{graph['x2'].id}")
    page.click("#card button >> text=Show its paths")
    assert page.locator("#status").text_content() == "3 paths lead from x2 to std"


def test_doublings_have_many_paths(show: Show) -> None:
    x = tensor(1.0, dtype=float64, requires_grad=True)
    y = x
    for _ in range(64):
        y = y + y
    page = show(viz.trace(y, names={"x": x, "y": y}))
    page.locator("#leaf").select_option(label="x")
    assert page.locator("#status").text_content() == f"{2**64} paths lead from x to y"


def test_an_order_of_derivative_is_a_group(show: Show) -> None:
    x = tensor(2.0, dtype=float64, requires_grad=True)
    (slope,) = grad(x**3, x, create_graph=True)
    page = show(viz.trace(slope, names={"x": x, "slope": slope}))
    [group] = viz.trace(slope).groups
    assert "derivative 1" in (page.locator(f"#{group.id}").text_content() or "")
    page.click(f"#{group.id} .toggle")
    assert "module" in classes(page, group.id)
