/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* parser.y: GNU C and goc's constructs.
 *
 * Every action is a call of a constructor of check.h, which makes the node, gives
 * it its type and reports misuse; declarations enter the scope as soon as their
 * declarator is read, before the next identifier is.  What an identifier is (a
 * typedef name, one of goc's words, a new name before :=) is decided in parse.c
 * when the parser asks for it, from the scope and the tokens that follow.
 *
 * parse.c keeps from the grammar: attributes (__attribute__, [[ ]]) and
 * __extension__, which may stand nearly everywhere; they are collected on the
 * way.
 *
 * a <- b.  The left operand's type says whether this is a send or C's a < -b.  When
 * the parser has shifted the <-, it asks (arrow_left), and the next token is a
 * marker without width: SEND_MARK, or LESS_MARK and then a minus.  The state
 * behind the <- has one reduction and no need of a lookahead, so the answer
 * comes in time.
 *
 * Conflicts, both resolved by shifting:
 *   - T x;         at file scope: T, a typedef name, is the type and not the
 *                  declarator of an implicit int;
 *   - static T x;  likewise behind storage classes and qualifiers.
 */
%define api.pure full
%define api.prefix {goc_yy}
%define api.token.prefix {T_}
%define parse.error custom
%param { struct unit *u }
%expect 2

%code requires {
#include "parser_state.h"
}

%code {
#define P (u->parser)

/* Behind the end of a scope that needs no token of its own.  The token behind it
 * may have been read, to see whether an else follows. */
#define LOOK_AGAIN                                                             \
    (yychar == T_GOC_YYEMPTY                                                   \
         ? (void)0                                                             \
         : (void)(yychar = parse_look_again(u, yychar, yylval.tok)))

int goc_yylex(GOC_YYSTYPE *lval, struct unit *u);
void goc_yyerror(struct unit *u, const char *message);

#define YYMAXDEPTH 4000000
#define YYINITDEPTH 1000

static struct declarator *abstract(struct unit *u, uint32_t tok)
{
    struct declarator *d = declarator_new(u, tok);

    d->abstract = true;
    return d;
}
}

%union {
    uint32_t tok;
    struct node *node;
    struct nodes nodes;
    struct type *type;
    struct declspec *ds;
    struct declarator *declarator;
    struct derive *derive;
    struct params *params;
    struct typespec spec;
    struct param *param;
    struct func *func;
    struct generic_assoc *assoc;
    unsigned quals;
}

%token <tok> IDENT "identifier" TYPENAME "type name" NEWNAME "new name"
%token <tok> NUMBER "number" CHARLIT "character constant" STRING "string literal"
%token <tok> BASIC "type" QUAL "qualifier" STORAGE "storage class" FSPEC "function specifier"
%token <tok> ALIGNAS "_Alignas" AUTO_TYPE "__auto_type" TYPEOF "typeof" ATOMIC_TYPE "_Atomic"
%token <tok> BITINT "_BitInt" RECORD "struct or union" ENUM "enum"
%token <tok> SIZEOF "sizeof" REALIMAG "__real__" GENERIC "_Generic" VA_ARG "__builtin_va_arg"
%token <tok> OFFSETOF "__builtin_offsetof" TYPES_COMPATIBLE "__builtin_types_compatible_p"
%token <tok> CONVERTVECTOR "__builtin_convertvector" BIT_CAST "__builtin_bit_cast" OPAQUE "builtin"
%token <tok> IF "if" ELSE "else" WHILE "while" DO "do" FOR "for" SWITCH "switch"
%token <tok> CASE "case" DEFAULT "default" BREAK "break" CONTINUE "continue"
%token <tok> RETURN "return" GOTO "goto" ASM "asm" STATIC_ASSERT "_Static_assert"
%token <tok> LOCAL_LABEL "__label__" ENUM_COLON ": of an enum"
%token <tok> GO "go" CHAN "chan" SELECT "select" MAKE "make" RANGE "range" DEFER "defer"
%token <tok> SEL_CASE "case of a select" SEL_DEFAULT "default of a select"
%token <tok> ARROW_TYPE "<- of a type" LESS_MARK "less than" SEND_MARK "send" SYNC "end"

%token <tok> LPAREN "(" RPAREN ")" LBRACKET "[" RBRACKET "]" LBRACE "{" RBRACE "}"
%token <tok> SEMI ";" COMMA "," DOT "." ARROW "->" ELLIPSIS "..." INC "++" DEC "--"
%token <tok> AMP "&" STAR "*" PLUS "+" MINUS "-" TILDE "~" NOT "!" SLASH "/" PERCENT "%"
%token <tok> SHL "<<" SHR ">>" LT "<" GT ">" LE "<=" GE ">=" EQEQ "==" NE "!="
%token <tok> CARET "^" PIPE "|" ANDAND "&&" OROR "||" QUESTION "?" COLON ":"
%token <tok> ASSIGN "=" OP_ASSIGN "assignment operator" LARROW "<-" DEFINE ":="

%left OROR
%left ANDAND
%left PIPE
%left CARET
%left AMP
%left EQEQ NE
%left LT GT LE GE LARROW LESS_MARK
%left SHL SHR
%left PLUS MINUS
%left STAR SLASH PERCENT
%precedence THEN
%precedence ELSE

%type <tok> ident any_ident unary_op assign_op asm_head
%type <node> primary postfix unary cast bin cond assign expr expr_opt arrow_left stmt_expr
%type <nodes> args args_list strings
%type <type> type_name
%type <spec> type_unique record_spec enum_spec chan_type typeof_spec record_head enum_head
%type <tok> spec_other
%type <spec> enum_type
%type <ds> enum_words specs_other specs_basic specs_unique specs decl_specs
%type <declarator> declarator direct_declarator abstract_declarator direct_abstract
%type <declarator> param_declarator direct_param direct_plain plain_declarator member_declarator
%type <derive> pointer
%type <quals> quals quals_opt
%type <params> params param_list plain_params idents

%type <param> param
%type <derive> array_length
%type <node> initializer init_item declared init_declarator
%type <nodes> init_items init_declarators externals block_items asm_rest
%type <assoc> assoc assocs
%type <node> external declaration function_definition knr_declaration block_item statement plain_statement compound
%type <nodes> knr_declarations
%type <node> body define for_init select_comm asm_statement asm_operand static_assert label_head
%type <node> select_clause select_head
%type <nodes> select_clauses
%type <func> fn_begin go_enter
%type <node> range_head defer_head

%%

/* ---- External declarations ---- */

unit:
    externals                   { u->tree = $1.head; }
    ;

externals:
    %empty                      { $$ = (struct nodes){ 0 }; external_begin(u); }
  | externals external          { $$ = nodes_add($1, $2); external_begin(u); }
    ;

external:
    declaration
  | function_definition
  | no_specs init_declarators SEMI
                                { $$ = decl_finish(u, ds_leave(u), $2.head, $3); }
  | no_specs declarator fn_open knr_declarations fn_begin body
                                { $$ = function_end(u, $5, ds_leave(u), $6); scope_pop(u); }
  | asm_statement
  | SEMI                        { $$ = node_new(u, NODE_EMPTY_DECL, $1, $1); }
  | define SEMI
  | error SYNC                  { $$ = node_new(u, NODE_EMPTY_DECL, $2, $2); external_recover(u); yyerrok; }
    ;

/* Implicit int: main() { }. */
no_specs:
    %empty                      { ds_enter(u, ds_new(u, P->external)); }
    ;

function_definition:
    decl_specs declarator fn_open knr_declarations fn_begin body
                                { $$ = function_end(u, $5, ds_leave(u), $6); scope_pop(u); }
    ;

/* The scope that parameters and body share. */
fn_open: %empty                 { scope_push(u); } ;

/* The value of the declarator is three symbols further left, whichever rule.  What
 * follows has been read, to see whether it is one more declaration. */
fn_begin:
    %empty                      { $$ = yychar == T_LBRACE ? function_begin(u, P->ds, $<declarator>-2) : NULL; }
    ;

knr_declarations:
    %empty                      { $$ = (struct nodes){ 0 }; }
  | knr_declarations knr_declaration
                                { $$ = nodes_add($1, $2); }
    ;

knr_declaration:
    decl_specs SEMI             { $$ = decl_finish(u, ds_leave(u), NULL, $2); }
  | decl_specs init_declarators SEMI
                                { $$ = decl_finish(u, ds_leave(u), $2.head, $3); }
    ;

body:
    LBRACE body_open block_items RBRACE
                                { $$ = stmt_block(u, $1, $3.head, $4); block_close(u); }
    ;

body_open: %empty               { block_open(u); } ;

/* ---- Declarations ---- */

declaration:
    decl_specs SEMI             { $$ = decl_finish(u, ds_leave(u), NULL, $2); }
  | decl_specs init_declarators SEMI
                                { $$ = decl_finish(u, ds_leave(u), $2.head, $3); }
  | static_assert SEMI
    ;

static_assert:
    STATIC_ASSERT LPAREN assign RPAREN
                                { $$ = node_new(u, NODE_STATIC_ASSERT, $1, $4); $$->a = $3; }
  | STATIC_ASSERT LPAREN assign COMMA strings RPAREN
                                { $$ = node_new(u, NODE_STATIC_ASSERT, $1, $6); $$->a = $3; }
    ;

decl_specs:
    specs                       { ds_enter(u, $1); $$ = $1; }
    ;

/* Without a type so far; with words such as unsigned long; with a type that
 * takes no further words.  After the last two a typedef name is the declarator. */
specs:
    specs_other
  | specs_basic
  | specs_unique
    ;

specs_other:
    spec_other                  { $$ = ds_new(u, $1); ds_other(u, $$, $1); }
  | specs_other spec_other      { $$ = $1; ds_other(u, $$, $2); }
    ;

specs_basic:
    BASIC                       { $$ = ds_new(u, $1); ds_basic(u, $$, $1); }
  | specs_other BASIC           { $$ = $1; ds_basic(u, $$, $2); }
  | specs_basic BASIC           { $$ = $1; ds_basic(u, $$, $2); }
  | specs_basic spec_other      { $$ = $1; ds_other(u, $$, $2); }
    ;

specs_unique:
    type_unique                 { $$ = ds_new(u, $1.first); ds_type($$, $1); }
  | specs_other type_unique     { $$ = $1; ds_type($$, $2); }
  | specs_unique spec_other     { $$ = $1; ds_other(u, $$, $2); }
    ;

spec_other:
    QUAL
  | STORAGE
  | FSPEC
  | AUTO_TYPE
  | ALIGNAS LPAREN type_name RPAREN { $$ = $1; attrs_align(u, type_alignof(u, $3)); }
  | ALIGNAS LPAREN cond RPAREN  { $$ = $1; attrs_align(u, $3->value); }
    ;

type_unique:
    TYPENAME                    { $$ = (struct typespec){ parse_typename(u, $1), $1, $1 }; }
  | record_spec
  | enum_spec
  | typeof_spec
  | chan_type
  | ATOMIC_TYPE LPAREN type_name RPAREN
                                { $$ = (struct typespec){ type_qualified(u, $3, Q_ATOMIC), $1, $4 }; }
  | BITINT LPAREN cond RPAREN   { $$ = (struct typespec){ type_basic(u, TY_UNKNOWN), $1, $4 }; }
    ;

typeof_spec:
    TYPEOF LPAREN expr RPAREN   { $$ = (struct typespec){ type_typeof(u, $3->type, $1, $4), $1, $4 }; }
  | TYPEOF LPAREN type_name RPAREN
                                { $$ = (struct typespec){ type_typeof(u, $3, $1, $4), $1, $4 }; }
    ;

chan_type:
    CHAN LT type_name GT        { $$ = (struct typespec){ check_chan_type(u, $3, CHAN_BOTH, $1, $4), $1, $4 }; }
  | CHAN LARROW LT type_name GT { $$ = (struct typespec){ check_chan_type(u, $4, CHAN_SEND, $1, $5), $1, $5 }; }
  | ARROW_TYPE CHAN LT type_name GT
                                { $$ = (struct typespec){ check_chan_type(u, $4, CHAN_RECV, $1, $5), $1, $5 }; }
    ;

/* ---- Records ---- */

record_spec:
    RECORD any_ident            { $$ = (struct typespec){ tag_reference(u, (enum type_kind)keyword_sub(u, $1), $1, $2, parse_alone(u, $2)), $1, $2 }; }
  | record_head members RBRACE  { attrs_take(u, P->ds); tag_end(u, $1.type, $1.first, $3, P->ds); ds_leave(u); P->records.n--; $$ = $1; $$.last = $3; }
  | record_head members last_member RBRACE{ attrs_take(u, P->ds); tag_end(u, $1.type, $1.first, $4, P->ds); ds_leave(u); P->records.n--; $$ = $1; $$.last = $4; }
    ;

/* The specifiers that stand as current within the braces gather the record's
 * attributes. */
record_head:
    RECORD LBRACE               { $$ = (struct typespec){ parse_begin_record(u, (enum type_kind)keyword_sub(u, $1), $1, 0), $1, $2 }; ds_enter(u, ds_new(u, $1)); }
  | RECORD any_ident LBRACE     { $$ = (struct typespec){ parse_begin_record(u, (enum type_kind)keyword_sub(u, $1), $1, $2), $1, $3 }; ds_enter(u, ds_new(u, $1)); }
    ;

members:
    %empty
  | members member
    ;

member:
    decl_specs SEMI             { tag_member(u, parse_record(u), P->ds, NULL); ds_leave(u); }
  | decl_specs member_list SEMI { ds_leave(u); }
  | static_assert SEMI
  | SEMI
    ;

/* gcc takes a last member without its semicolon. */
last_member:
    decl_specs                  { tag_member(u, parse_record(u), P->ds, NULL); ds_leave(u); }
  | decl_specs member_list      { ds_leave(u); }
    ;

member_list:
    member_declarator           { attrs_take(u, &$1->attrs); tag_member(u, parse_record(u), P->ds, $1); }
  | member_list COMMA member_declarator
                                { attrs_take(u, &$3->attrs); tag_member(u, parse_record(u), P->ds, $3); }
    ;

member_declarator:
    declarator
  | declarator COLON cond       { $$ = $1; $$->bits = $3; $$->last = $3->last; }
  | COLON cond                  { $$ = abstract(u, $1); $$->bits = $2; $$->last = $2->last; }
    ;

enum_spec:
    ENUM any_ident              { $$ = (struct typespec){ tag_reference(u, TY_ENUM, $1, $2, parse_alone(u, $2)), $1, $2 }; }
  | ENUM any_ident ENUM_COLON enum_type { $$ = (struct typespec){ tag_reference(u, TY_ENUM, $1, $2, parse_alone(u, $2)), $1, $2 };
                                  enum_underlying($$.type, $4.type); }
  | enum_head enumerators RBRACE { struct declspec *ds = ds_new(u, $1.first); attrs_take(u, ds);
                                  tag_end(u, $1.type, $1.first, $3, ds); P->records.n--; $$ = $1; $$.last = $3; }
    ;

enum_head:
    ENUM LBRACE                 { $$ = (struct typespec){ parse_begin_record(u, TY_ENUM, $1, 0), $1, $2 }; }
  | ENUM any_ident LBRACE       { $$ = (struct typespec){ parse_begin_record(u, TY_ENUM, $1, $2), $1, $3 }; }
  | ENUM ENUM_COLON enum_type LBRACE     { $$ = (struct typespec){ parse_begin_record(u, TY_ENUM, $1, 0), $1, $4 };
                                  enum_underlying($$.type, $3.type); }
  | ENUM any_ident ENUM_COLON enum_type LBRACE
                                { $$ = (struct typespec){ parse_begin_record(u, TY_ENUM, $1, $2), $1, $5 };
                                  enum_underlying($$.type, $4.type); }
    ;

enum_type:
    TYPENAME                    { $$ = (struct typespec){ parse_typename(u, $1), $1, $1 }; }
  | enum_words                  { $$ = (struct typespec){ declspec_type(u, $1), $1->first, $1->last }; }
    ;

enum_words:
    BASIC                       { $$ = ds_new(u, $1); ds_basic(u, $$, $1); }
  | enum_words BASIC            { $$ = $1; ds_basic(u, $$, $2); }
    ;

enumerators:
    enumerator
  | enumerators COMMA enumerator
  | enumerators COMMA
  | %empty
    ;

enumerator:
    any_ident                   { enum_constant(u, parse_record(u), $1, NULL); }
  | any_ident ASSIGN cond       { enum_constant(u, parse_record(u), $1, $3); }
    ;

/* ---- Declarators ---- */

init_declarators:
    init_declarator             { $$ = nodes_add((struct nodes){ 0 }, $1); }
  | init_declarators COMMA init_declarator
                                { $$ = nodes_add($1, $3); }
    ;

init_declarator:
    declared                    { $$ = $1; decl_initialise(u, P->ds, $1, NULL); }
  | declared ASSIGN initializer { $$ = $1; decl_initialise(u, P->ds, $1, $3); }
    ;

declared:
    declarator                  { attrs_take(u, &$1->attrs); $$ = decl_declare(u, P->ds, $1); }
  | declarator ASM LPAREN strings RPAREN
                                { attrs_take(u, &$1->attrs); $$ = decl_declare(u, P->ds, $1); }
    ;

declarator:
    direct_declarator
  | pointer direct_declarator   { $$ = declarator_pointers($2, $1); }
    ;

direct_declarator:
    any_ident                   { $$ = declarator_new(u, $1); }
  | LPAREN declarator RPAREN    { $$ = $2; $$->first = $1; $$->last = $3; }
  | direct_declarator LBRACKET array_length RBRACKET
                                { $$ = $1; declarator_array($$, $3, $4); }
  | direct_declarator LPAREN prototype param_list RPAREN
                                { $$ = $1; declarator_params(u, $$, $4, $5); scope_pop(u); }
    ;

prototype: %empty               { scope_push(u); } ;

pointer:
    STAR quals_opt              { $$ = derive_new(u, DERIVE_POINTER); $$->quals = (uint8_t)$2; }
  | STAR quals_opt pointer      { struct derive *d = derive_new(u, DERIVE_POINTER); d->quals = (uint8_t)$2; $$ = derive_append($3, d); }
    ;

quals_opt:
    %empty                      { $$ = 0; }
  | quals
    ;

quals:
    QUAL                        { $$ = qualifier_of(u, $1); }
  | quals QUAL                  { $$ = $1 | qualifier_of(u, $2); }
    ;

array_length:
    %empty                      { $$ = derive_array(u, NULL, 0, false, false); }
  | assign                      { $$ = derive_array(u, $1, 0, false, false); }
  | STAR                        { $$ = derive_array(u, NULL, 0, true, false); }
  | quals                       { $$ = derive_array(u, NULL, $1, false, false); }
  | quals assign                { $$ = derive_array(u, $2, $1, false, false); }
  | quals STAR                  { $$ = derive_array(u, NULL, $1, true, false); }
  | STORAGE quals_opt assign    { $$ = derive_array(u, $3, $2, false, true); }
  | quals STORAGE assign        { $$ = derive_array(u, $3, $1, false, true); }
    ;

/* What stands between the parentheses of a function declarator. */
param_list:
    plain_params
  | idents                      { $$ = $1; $$->unprototyped = true; }
    ;

plain_params:
    %empty                      { $$ = params_new(u); $$->unprototyped = true; }
  | params
  | params COMMA ELLIPSIS       { $$ = $1; $$->variadic = true; }
  | ELLIPSIS                    { $$ = params_new(u); $$->variadic = true; }
    ;

/* GNU's forward declarations of parameters, f(int n; int a[n]), go. */
params:
    param                       { $$ = params_add(params_new(u), $1); }
  | params COMMA param          { $$ = params_add($1, $3); }
  | params SEMI param           { $$ = params_add(params_new(u), $3); }
    ;

idents:
    IDENT                       { $$ = params_name(u, params_new(u), $1); }
  | idents COMMA IDENT          { $$ = params_name(u, $1, $3); }
    ;

param:
    decl_specs                  { $$ = param_declare(u, P->ds, abstract(u, P->ds->last)); ds_leave(u); }
  | decl_specs param_declarator { attrs_take(u, &$2->attrs); $$ = param_declare(u, P->ds, $2); ds_leave(u); }
  | decl_specs abstract_declarator
                                { attrs_take(u, &$2->attrs); $$ = param_declare(u, P->ds, $2); ds_leave(u); }
    ;

/* C11 6.7.6.3p11: in a parameter, a typedef name in parentheses is the type of a
 * parameter, not the declarator: T in f(int (T)). */
param_declarator:
    direct_param
  | pointer direct_param        { $$ = declarator_pointers($2, $1); }
    ;

direct_param:
    any_ident                   { $$ = declarator_new(u, $1); }
  | LPAREN plain_declarator RPAREN
                                { $$ = $2; $$->first = $1; $$->last = $3; }
  | direct_param LBRACKET array_length RBRACKET
                                { $$ = $1; declarator_array($$, $3, $4); }
  | direct_param LPAREN prototype param_list RPAREN
                                { $$ = $1; declarator_params(u, $$, $4, $5); scope_pop(u); }
    ;

plain_declarator:
    direct_plain
  | pointer direct_param        { $$ = declarator_pointers($2, $1); }
    ;

direct_plain:
    ident                       { $$ = declarator_new(u, $1); }
  | LPAREN plain_declarator RPAREN
                                { $$ = $2; $$->first = $1; $$->last = $3; }
  | direct_plain LBRACKET array_length RBRACKET
                                { $$ = $1; declarator_array($$, $3, $4); }
  | direct_plain LPAREN prototype param_list RPAREN
                                { $$ = $1; declarator_params(u, $$, $4, $5); scope_pop(u); }
    ;

abstract_declarator:
    pointer                     { $$ = declarator_pointers(abstract(u, P->prev_token), $1); }
  | direct_abstract
  | pointer direct_abstract     { $$ = declarator_pointers($2, $1); }
    ;

direct_abstract:
    LPAREN abstract_declarator RPAREN
                                { $$ = $2; $$->first = $1; $$->last = $3; }
  | LBRACKET array_length RBRACKET
                                { $$ = abstract(u, $1); declarator_array($$, $2, $3); }
  | LPAREN prototype plain_params RPAREN
                                { $$ = abstract(u, $1); declarator_params(u, $$, $3, $4); scope_pop(u); }
  | direct_abstract LBRACKET array_length RBRACKET
                                { $$ = $1; declarator_array($$, $3, $4); }
  | direct_abstract LPAREN prototype plain_params RPAREN
                                { $$ = $1; declarator_params(u, $$, $4, $5); scope_pop(u); }
    ;

type_name:
    decl_specs                  { $$ = check_type_name(u, P->ds, abstract(u, P->ds->last)); ds_leave(u); }
  | decl_specs abstract_declarator
                                { attrs_take(u, &$2->attrs); $$ = check_type_name(u, P->ds, $2); ds_leave(u); }
    ;

/* ---- Initialisers ---- */

initializer:
    assign
  | LBRACE RBRACE               { $$ = expr_init_list(u, $1, NULL, $2); }
  | LBRACE init_items RBRACE    { $$ = expr_init_list(u, $1, $2.head, $3); }
  | LBRACE init_items COMMA RBRACE
                                { $$ = expr_init_list(u, $1, $2.head, $4); }
    ;

init_items:
    init_item                   { $$ = nodes_add((struct nodes){ 0 }, $1); }
  | init_items COMMA init_item  { $$ = nodes_add($1, $3); }
    ;

init_item:
    initializer
  | designation initializer     { $$ = $2; }
    ;

/* What a designator says is read off its tokens; see check_init.c. */
designation:
    designators ASSIGN
  | any_ident COLON
  | LBRACKET cond RBRACKET
  | LBRACKET cond ELLIPSIS cond RBRACKET
    ;

designators:
    designator
  | designators designator
    ;

designator:
    DOT any_ident
  | LBRACKET cond RBRACKET
  | LBRACKET cond ELLIPSIS cond RBRACKET
    ;

/* ---- Expressions ---- */

/* A name that is no typedef; goc's words where they stand as names. */
ident:
    IDENT
  | GO | MAKE | DEFER
    ;

any_ident:
    ident
  | TYPENAME
    ;

primary:
    IDENT                       { $$ = expr_ident(u, $1); }
  | NUMBER                      { $$ = expr_number(u, $1); }
  | CHARLIT                     { $$ = expr_char(u, $1); }
  | strings                     { $$ = expr_string(u, $1.head->first, $1.head->last); }
  | LPAREN expr RPAREN          { $$ = expr_paren(u, $1, $2, $3); }
  | stmt_expr
  | GENERIC LPAREN assign COMMA assocs RPAREN
                                { $$ = expr_generic(u, $1, $3, $5, $6); }
  | VA_ARG LPAREN assign COMMA type_name RPAREN
                                { $$ = expr_builtin(u, $1, $5, NULL, $3, $6); }
  | OFFSETOF LPAREN type_name COMMA offset RPAREN
                                { $$ = expr_builtin(u, $1, $3, NULL, NULL, $6); }
  | TYPES_COMPATIBLE LPAREN type_name COMMA type_name RPAREN
                                { $$ = expr_builtin(u, $1, $3, $5, NULL, $6); }
  | CONVERTVECTOR LPAREN assign COMMA type_name RPAREN
                                { $$ = expr_builtin(u, $1, $5, NULL, $3, $6); }
  | BIT_CAST LPAREN type_name COMMA assign RPAREN
                                { $$ = expr_builtin(u, $1, $3, NULL, $5, $6); }
  | OPAQUE                      { $$ = expr_builtin(u, $1, NULL, NULL, NULL, $1); }
  | MAKE LPAREN type_name RPAREN { $$ = expr_make(u, $1, $3, NULL, $4); }
  | MAKE LPAREN type_name COMMA assign RPAREN
                                { $$ = expr_make(u, $1, $3, $5, $6); }
    ;

/* Only the first and the last token count: the list is their range. */
strings:
    STRING                      { $$ = parse_strings(u, (struct nodes){ 0 }, $1); }
  | strings STRING              { $$ = parse_strings(u, $1, $2); }
    ;

stmt_expr:
    LPAREN compound RPAREN      { $$ = expr_stmt(u, $1, $2, $3); }
    ;

assocs:
    assoc
  | assocs COMMA assoc          { $3->next = $1; $$ = $3; }
    ;

assoc:
    type_name COLON assign      { $$ = parse_assoc(u, $1, $3); }
  | DEFAULT COLON assign        { $$ = parse_assoc(u, NULL, $3); }
    ;

offset:
    any_ident
  | offset DOT any_ident
  | offset ARROW any_ident
  | offset LBRACKET expr RBRACKET
    ;

postfix:
    primary
  | postfix LBRACKET expr RBRACKET { $$ = expr_index(u, $1, $3, $4); }
  | postfix LPAREN args RPAREN  { $$ = expr_call(u, $1, $3.head, $4); }
  | postfix DOT any_ident       { $$ = expr_member(u, $1, TOK_DOT, $3); }
  | postfix ARROW any_ident     { $$ = expr_member(u, $1, TOK_ARROW, $3); }
  | postfix INC                 { $$ = expr_postfix(u, $1, TOK_INC, $2); }
  | postfix DEC                 { $$ = expr_postfix(u, $1, TOK_DEC, $2); }
  | LPAREN type_name RPAREN LBRACE RBRACE
                                { $$ = expr_compound_literal(u, $1, $2, expr_init_list(u, $4, NULL, $5)); }
  | LPAREN type_name RPAREN LBRACE init_items RBRACE
                                { $$ = expr_compound_literal(u, $1, $2, expr_init_list(u, $4, $5.head, $6)); }
  | LPAREN type_name RPAREN LBRACE init_items COMMA RBRACE
                                { $$ = expr_compound_literal(u, $1, $2, expr_init_list(u, $4, $5.head, $7)); }
    ;

args:
    %empty                      { $$ = (struct nodes){ 0 }; }
  | args_list
    ;

args_list:
    assign                      { $$ = nodes_add((struct nodes){ 0 }, $1); }
  | args_list COMMA assign      { $$ = nodes_add($1, $3); }
    ;

unary:
    postfix
  | INC unary                   { $$ = expr_unary(u, TOK_INC, $1, $2); }
  | DEC unary                   { $$ = expr_unary(u, TOK_DEC, $1, $2); }
  | unary_op cast               { $$ = expr_unary(u, token_op(u, $1), $1, $2); }
  | REALIMAG cast               { $$ = expr_unary(u, keyword_sub(u, $1), $1, $2); }
  | SIZEOF unary                { $$ = expr_unary(u, keyword_sub(u, $1), $1, $2); }
  | SIZEOF LPAREN type_name RPAREN
                                { $$ = expr_sizeof_type(u, keyword_sub(u, $1), $1, $3, $4); }
  | ANDAND any_ident            { $$ = expr_label_address(u, $1, $2); }
  | LARROW cast                 { $$ = expr_recv(u, $1, $2); }
    ;

unary_op: AMP | STAR | PLUS | MINUS | TILDE | NOT ;

cast:
    unary
  | LPAREN type_name RPAREN cast { $$ = expr_cast(u, $1, $2, $4); }
    ;

bin:
    cast
  | bin STAR bin                { $$ = expr_binary(u, $1, TOK_STAR, $2, $3); }
  | bin SLASH bin               { $$ = expr_binary(u, $1, TOK_SLASH, $2, $3); }
  | bin PERCENT bin             { $$ = expr_binary(u, $1, TOK_PERCENT, $2, $3); }
  | bin PLUS bin                { $$ = expr_binary(u, $1, TOK_PLUS, $2, $3); }
  | bin MINUS bin               { $$ = expr_binary(u, $1, TOK_MINUS, $2, $3); }
  | bin SHL bin                 { $$ = expr_binary(u, $1, TOK_SHL, $2, $3); }
  | bin SHR bin                 { $$ = expr_binary(u, $1, TOK_SHR, $2, $3); }
  | bin LT bin                  { $$ = expr_binary(u, $1, TOK_LT, $2, $3); }
  | bin GT bin                  { $$ = expr_binary(u, $1, TOK_GT, $2, $3); }
  | bin LE bin                  { $$ = expr_binary(u, $1, TOK_LE, $2, $3); }
  | bin GE bin                  { $$ = expr_binary(u, $1, TOK_GE, $2, $3); }
  | bin EQEQ bin                { $$ = expr_binary(u, $1, TOK_EQEQ, $2, $3); }
  | bin NE bin                  { $$ = expr_binary(u, $1, TOK_NE, $2, $3); }
  | bin AMP bin                 { $$ = expr_binary(u, $1, TOK_AMP, $2, $3); }
  | bin CARET bin               { $$ = expr_binary(u, $1, TOK_CARET, $2, $3); }
  | bin PIPE bin                { $$ = expr_binary(u, $1, TOK_PIPE, $2, $3); }
  | bin ANDAND bin              { $$ = expr_binary(u, $1, TOK_ANDAND, $2, $3); }
  | bin OROR bin                { $$ = expr_binary(u, $1, TOK_OROR, $2, $3); }
  | arrow_left LESS_MARK bin    { $$ = expr_binary(u, $1, TOK_LT, $2, $3); }
    ;

arrow_left:
    bin LARROW                  { $$ = $1; parse_arrow(u, $1, $2); }
    ;

cond:
    bin
  | bin QUESTION expr COLON cond { $$ = expr_cond(u, $1, $3, $5); }
  | bin QUESTION COLON cond     { $$ = expr_cond(u, $1, NULL, $4); }
    ;

/* Any operand may stand on the left here; whether it can be assigned is for the
 * host compiler to say. */
assign:
    cond
  | bin assign_op assign        { $$ = expr_assign(u, $1, token_op(u, $2), $2, $3); }
  | arrow_left SEND_MARK assign { $$ = expr_send(u, $1, $2, $3); }
    ;

assign_op: ASSIGN | OP_ASSIGN ;

expr:
    assign
  | expr COMMA assign           { $$ = expr_comma(u, $1, $3); }
    ;

expr_opt:
    %empty                      { $$ = NULL; }
  | expr
    ;

/* ---- Statements ---- */

compound:
    LBRACE compound_open block_items RBRACE
                                { $$ = stmt_block(u, $1, $3.head, $4); block_close(u); scope_pop(u); }
    ;

compound_open: %empty           { scope_push(u); block_open(u); } ;

block_items:
    %empty                      { $$ = (struct nodes){ 0 }; }
  | block_items block_item      { $$ = nodes_add($1, $2); }
    ;

block_item:
    declaration
  | function_definition
  | plain_statement
  | label_head
  | define SEMI
  | LOCAL_LABEL local_labels SEMI { $$ = node_new(u, NODE_EMPTY_DECL, $1, $3); }
  | error SYNC                  { $$ = node_new(u, NODE_EMPTY_DECL, $2, $2); block_recover(u); yyerrok; }
    ;

local_labels:
    any_ident                   { label_local(u, $1); }
  | local_labels COMMA any_ident { label_local(u, $3); }
    ;

define:
    NEWNAME DEFINE assign       { $$ = stmt_define(u, $1, 0, $2, $3); }
  | NEWNAME COMMA NEWNAME DEFINE expr
                                { $$ = stmt_define(u, $1, $3, $4, $5); }
    ;

label_head:
    ident COLON                 { $$ = stmt_label(u, $1, NULL, $2); }
  | CASE expr COLON             { $$ = stmt_case(u, $1, $2, NULL, NULL, $3); }
  | CASE expr ELLIPSIS expr COLON { $$ = stmt_case(u, $1, $2, $4, NULL, $5); }
  | DEFAULT COLON               { $$ = stmt_default(u, $1, NULL, $2); }
    ;

/* Within a block a label is an item of its own, as in C23. */
statement:
    plain_statement
  | label_head statement        { $$ = $1; $$->c = $2; $$->last = $2->last; }
    ;

plain_statement:
    compound
  | expr SEMI                   { $$ = stmt_expr(u, check_full_expr(u, $1), $2); }
  | SEMI                        { $$ = stmt_expr(u, NULL, $1); }
  | IF LPAREN expr RPAREN statement %prec THEN
                                { $$ = stmt_if(u, $1, $3, $5, NULL); }
  | IF LPAREN expr RPAREN statement ELSE statement
                                { $$ = stmt_if(u, $1, $3, $5, $7); }
  | SWITCH LPAREN expr RPAREN statement
                                { $$ = stmt_switch(u, $1, $3, $5); }
  | WHILE LPAREN expr RPAREN statement
                                { $$ = stmt_while(u, $1, $3, $5); }
  | DO statement WHILE LPAREN expr RPAREN SEMI
                                { $$ = stmt_do(u, $1, $2, $5, $7); }
  | FOR for_open LPAREN for_init expr_opt SEMI for_step RPAREN statement
                                { $$ = stmt_for(u, $1, $4, $5, $<node>7, $9); scope_pop(u); LOOK_AGAIN; }
  | range_head statement        { $$ = range_end($1, $2); scope_pop(u); LOOK_AGAIN; }
  | GOTO any_ident SEMI         { $$ = stmt_goto(u, $1, $2, NULL, $3); }
  | GOTO STAR expr SEMI         { $$ = stmt_goto(u, $1, 0, $3, $4); }
  | CONTINUE SEMI               { $$ = stmt_jump(u, NODE_CONTINUE, $1, $2); }
  | BREAK SEMI                  { $$ = stmt_jump(u, NODE_BREAK, $1, $2); }
  | RETURN expr_opt SEMI        { $$ = stmt_return(u, $1, $2, $3); }
  | asm_statement
  | GO expr SEMI                { $$ = stmt_go_call(u, $1, $2, $3); }
  | GO go_enter captures compound { $$ = go_end(u, $2, $1, $4); }
  | select_head select_clauses RBRACE
                                { $$ = stmt_select(u, $1->first, $1->token1, $2.head, $3); block_close(u); }
  | defer_head statement        { $$ = defer_end($1, $2); }
    ;

for_open: %empty                { scope_push(u); } ;

for_init:
    expr_opt SEMI               { $$ = $1 ? check_full_expr(u, $1) : NULL; }
  | declaration
  | define SEMI
    ;

for_step:
    expr_opt                    { $<node>$ = $1 ? check_full_expr(u, $1) : NULL; }
    ;

range_head:
    FOR for_open LPAREN NEWNAME DEFINE RANGE expr RPAREN
                                { $$ = range_begin(u, $1, $4, $7); $$->last = $8; }
  | FOR for_open LPAREN NEWNAME COMMA NEWNAME DEFINE RANGE expr RPAREN
                                { range_pair(u, $6); $$ = range_begin(u, $1, $4, $9); $$->last = $10; }
  | FOR for_open LPAREN RANGE expr RPAREN
                                { $$ = range_begin(u, $1, 0, $5); $$->last = $6; }
    ;

go_enter: %empty                { $$ = go_begin(u); } ;

captures:
    %empty
  | LBRACKET RBRACKET
  | LBRACKET capture_list RBRACKET
    ;

capture_list:
    AMP any_ident               { go_capture(u, $<func>-1, $1, $2); }
  | capture_list COMMA AMP any_ident { go_capture(u, $<func>-1, $3, $4); }
    ;

defer_head:
    DEFER                       { $$ = defer_begin(u, $1); }
    ;

select_head:
    SELECT LBRACE               { $$ = node_new(u, NODE_SELECT, $1, $2); $$->token1 = $2; select_open(u); }
    ;

select_clauses:
    %empty                      { $$ = (struct nodes){ 0 }; }
  | error SYNC                  { $$ = (struct nodes){ 0 }; block_recover(u); yyerrok; }
  | select_clauses select_clause { $$ = nodes_add($1, $2); }
    ;

select_clause:
    SEL_CASE case_open select_comm COLON body_open block_items
                                { $$ = select_case(u, $1, $3, $4, $6.head, $6.tail ? $6.tail->last : $4); block_close(u); scope_pop(u); }
  | SEL_DEFAULT COLON case_open body_open block_items
                                { $$ = select_case(u, $1, NULL, $2, $5.head, $5.tail ? $5.tail->last : $2); block_close(u); scope_pop(u); }
  | SEL_CASE case_open error SYNC { $$ = NULL; block_recover(u); yyerrok; }
  | SEL_DEFAULT error SYNC      { $$ = NULL; block_recover(u); yyerrok; }
    ;

case_open: %empty               { scope_push(u); } ;

select_comm:
    expr                        { $$ = check_full_expr(u, $1); }
  | define
  | decl_specs declared ASSIGN initializer
                                { decl_initialise(u, P->ds, $2, $4); $$ = decl_finish(u, ds_leave(u), $2, P->prev_token); }
    ;

asm_head: ASM asm_quals         { $$ = $1; } ;

asm_quals:
    %empty
  | asm_quals asm_qual
    ;

asm_qual: QUAL | FSPEC | GOTO ;

asm_statement:
    asm_head LPAREN strings asm_rest RPAREN SEMI
                                { $$ = node_new(u, NODE_ASM, $1, $6); $$->list = $4.head; }
    ;

asm_rest:
    %empty                      { $$ = (struct nodes){ 0 }; }
  | asm_rest COLON
  | asm_rest COLON asm_operand  { $$ = nodes_add($1, $3); }
  | asm_rest COMMA asm_operand  { $$ = nodes_add($1, $3); }
    ;

asm_operand:
    strings LPAREN expr RPAREN  { $$ = parse_asm_operand(u, $3); }
  | LBRACKET any_ident RBRACKET strings LPAREN expr RPAREN
                                { $$ = parse_asm_operand(u, $6); }
  | strings                     { $$ = NULL; }
  | any_ident                   { $$ = stmt_goto(u, $1, $1, NULL, $1); }
    ;

%%

static int yyreport_syntax_error(const yypcontext_t *context, struct unit *u)
{
    int expected[YYNTOKENS];
    int n = yypcontext_expected_tokens(context, expected, YYNTOKENS);

    parse_syntax_error(u, expected, n);
    return 0;
}

void goc_yyerror(struct unit *u, const char *message)
{
    parse_failed(u, message);
}

int parse_symbol_kind(int token)
{
    return YYTRANSLATE(token);
}
