-- What the suites hold against the past, as this run finds it; the suites say which figures.
select
    table_name,
    column_name,
    statistic,
    subject,
    {{ rounded('figure_value', 6) }} as figure_value
from ({{ table_figures() }}) as figures
