// The part of tabulator-tables that the report uses; the package brings no types.
declare module 'tabulator-tables' {
  export type Row = { readonly getData: () => unknown; readonly getElement: () => HTMLElement }
  export type Cell = { readonly getRow: () => Row; readonly getElement: () => HTMLElement }
  export type ColumnDefinition = {
    readonly title: string
    readonly field: string
    readonly width?: number
    readonly minWidth?: number
    readonly widthGrow?: number
    readonly headerSort?: boolean
    readonly headerSortStartingDir?: 'asc' | 'desc'
    readonly titleFormatter?: () => HTMLElement
    readonly formatter?: (cell: Cell) => HTMLElement
    readonly cssClass?: string
  }
  export type Sorter = { readonly field: string; readonly dir: 'asc' | 'desc' }
  export type Asked = { readonly page?: number; readonly size?: number; readonly sort?: readonly Sorter[] }
  export type Answer = { readonly data: readonly object[]; readonly last_page: number; readonly last_row: number }
  export type Options = {
    readonly columns: readonly ColumnDefinition[]
    readonly layout: 'fitColumns'
    readonly renderVertical: 'basic'
    readonly ajaxURL: string
    readonly ajaxRequestFunc: (url: string, config: unknown, asked: Asked) => Promise<Answer>
    readonly dataLoader: boolean
    readonly pagination: boolean
    readonly paginationMode: 'remote'
    readonly paginationSize: number
    readonly paginationElement: HTMLElement
    readonly paginationSizeSelector: readonly number[]
    readonly paginationButtonCount: number
    readonly sortMode: 'remote'
    readonly columnHeaderSortMulti: boolean
    readonly initialSort: readonly { readonly column: string; readonly dir: 'asc' | 'desc' }[]
    readonly headerSortElement: string
    readonly placeholder: string
    readonly rowFormatter: (row: Row) => void
  }
  export class Tabulator {
    constructor(element: HTMLElement, options: Options)
    static registerModule(modules: readonly unknown[]): void
    on(event: 'tableBuilt' | 'dataProcessed' | 'renderComplete', listener: () => void): void
    setPage(page: number | 'prev' | 'next' | 'first' | 'last'): Promise<void>
    getPage(): number | false
    getPageMax(): number | false
    redraw(force?: boolean): void
  }
  export const AjaxModule: unknown
  export const FormatModule: unknown
  export const InteractionModule: unknown
  export const PageModule: unknown
  export const ResizeColumnsModule: unknown
  export const ResizeTableModule: unknown
  export const SortModule: unknown
}
