{#-
    The same on DuckDB, where SciPy labels ten million edges in the time of one round in SQL: the
    model's query is read into memory, labelled, and written back as the model's table.
-#}
{% materialization connected_components, adapter='duckdb', supported_languages=['sql'] %}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- do adapter.drop_relation(load_cached_relation(this)) if load_cached_relation(this) -%}
    {%- call statement('main', language='python') -%}
from rollcall.identity.components import label_components

class dbtObj:
    def __init__(self, load_df_function):
        pass

def model(dbt, connection):
    label_components(connection, {{ sql | tojson }}, {{ target | string | tojson }})

def materialize(answer, connection):
    pass
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
