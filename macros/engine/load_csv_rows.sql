{#-
    Overrides dbt-duckdb and dbt-spark: a seed's rows come from the company's CSV of the same name
    where its configuration folder holds one; columns and types stay those of the reference seed.
-#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {%- set path = run_settings().seed_files.get(model.name, adapter.get_seed_file_path(model)) -%}
    {%- set query -%}
        copy {{ this.render() }} from '{{ path | replace("'", "''") }}' (format csv, header true)
    {%- endset -%}
    {%- do adapter.add_query(query, abridge_sql_log=True) -%}
    {{ return(query) }}
{% endmacro %}

{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set reference = (model.root_path or '.') ~ '/' ~ model.original_file_path -%}
    {%- set path = run_settings().seed_files.get(model.name, reference) -%}
    {%- set view = this.identifier ~ '__csv' -%}
    {%- set columns = [] -%}
    {%- for name in agate_table.column_names -%}
        {%- set inferred = adapter.convert_type(agate_table, loop.index0) -%}
        {%- set type = model.config.column_types.get(name, inferred) -%}
        {%- do columns.append(adapter.quote(name) ~ ' ' ~ type) -%}
    {%- endfor -%}
    {#- A value that its column does not take stops the run, as it does on DuckDB. -#}
    {%- do adapter.add_query(
        'create or replace temporary view ' ~ view ~ ' (' ~ columns | join(', ') ~ ') using csv'
        ~ ' options (path ' ~ text_literal(path) ~ ", header 'true', mode 'FAILFAST', "
        ~ "multiLine 'true', quote '\"', escape '\"')"
    ) -%}
    {%- set query = 'insert into ' ~ this.render() ~ ' select * from ' ~ view -%}
    {%- do adapter.add_query(query) -%}
    {%- do adapter.add_query('drop view ' ~ view) -%}
    {{ return(query) }}
{% endmacro %}
