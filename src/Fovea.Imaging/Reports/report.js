for (const table of document.querySelectorAll('table.sorts')) {
  const body = table.tBodies[0];
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const value = row => {
      const cell = row.cells[column];
      const text = cell.dataset.v === undefined ? cell.textContent.trim() : cell.dataset.v;
      const number = Number(text.replace(/,/g, '').replace(/ %$/, ''));
      return text === '' || Number.isNaN(number) ? text : number;
    };
    const order = (a, b) => typeof a === typeof b
      ? (typeof a === 'number' ? a - b : a.localeCompare(b, undefined, { numeric: true }))
      : (typeof a === 'number' ? 1 : -1);
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener('click', () => {
      const down = heading.getAttribute('aria-sort') === 'ascending';
      for (const other of heading.parentNode.cells) other.removeAttribute('aria-sort');
      heading.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const rows = [...body.rows].sort((a, b) => (down ? -1 : 1) * order(value(a), value(b)));
      body.append(...rows);
    });
  });
}
