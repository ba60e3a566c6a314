{#-
    Overrides dbt-duckdb: a seed's rows come from the company's CSV of the same name where its
    configuration folder holds one; columns and types stay those of the reference seed.
-#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {%- set path = run_settings().seed_files.get(model.name, adapter.get_seed_file_path(model)) -%}
    {%- set query -%}
        copy {{ this.render() }} from '{{ path | replace("'", "''") }}' (format csv, header true)
    {%- endset -%}
    {%- do adapter.add_query(query, abridge_sql_log=True) -%}
    {{ return(query) }}
{% endmacro %}
