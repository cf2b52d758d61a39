Option Explicit

' What a user can start: the buttons of the ribbon and the macros of the same names (Alt+F8). All other modules are
' private, so that typing =CLV offers the functions for cells alone.

Public Sub ClvOnErrors(ByVal control As Object)
    ClvShowErrors
End Sub

Public Sub ClvOnRestart(ByVal control As Object)
    ClvRestartPython
End Sub

Public Sub ClvOnHelp(ByVal control As Object)
    ClvShowHelp
End Sub

' What Excel calls by its name a moment after opening; hence here, and not in a private module.
Public Sub ClvWarmUp()
    ClvBegin
End Sub

' A new workbook with every error that is kept, the newest first.
Public Sub ClvShowErrors()
    Dim sheet As Object, lines As Variant, head As Variant, parts As Variant
    Dim i As Long, j As Long, row As Long
    Set sheet = ClvNewSheet(Array("vba.cell", "vba.function", "vba.code", "vba.sentence", "vba.time"))
    row = 1
    For i = ClvErrorCount() To 1 Step -1
        lines = Split(ClvEntry(i), vbLf)
        head = Split(lines(0), vbTab)
        If ClvStillThere(head(0)) Then
            For j = 1 To UBound(lines)
                row = row + 1
                parts = Split(lines(j), vbTab)
                ClvWriteRow sheet, row, Array(head(0), head(1), parts(0), parts(1), head(2))
            Next j
        End If
    Next i
    If row = 1 Then ClvWriteRow sheet, 2, Array(ClvText("vba.no_errors"))
    ClvWidths sheet, Array(22, 18, 10, 110, 10)
End Sub

' Python ends and starts again, and every formula is calculated.
Public Sub ClvRestartPython()
    On Error GoTo Failing
    ClvStop
    ClvSay ClvText("vba.restarted")
    Application.CalculateFull
    Exit Sub
Failing:
    ClvSay Err.Description
End Sub

' A new workbook with every function, how it is written and what it answers.
' No message box: it shows only the letters of one code page.
Public Sub ClvShowHelp()
    Dim sheet As Object, words As Variant, i As Long
    Set sheet = ClvNewSheet(Array("vba.function", "vba.says"))
    ClvWriteRow sheet, 2, Array("", ClvText("vba.help"))
    For i = 0 To ClvFunctionCount() - 1
        words = ClvWords(i)
        ClvWriteRow sheet, i + 3, Array(words(1), words(2))
    Next i
    ClvWidths sheet, Array(60, 110)
End Sub

' A sheet of a new workbook. Its cells are texts, so that =CLV() and #N/A are shown and not entered; but not those
' of the sentences, since some versions show a text of more than 255 letters as ####.
Private Function ClvNewSheet(ByVal keys As Variant) As Object
    Dim book As Object, sheet As Object, i As Long
    Set book = Workbooks.Add
    Set sheet = book.Worksheets(1)
    sheet.Range("A:C").NumberFormat = "@"
    sheet.Range("E:E").NumberFormat = "@"
    For i = 0 To UBound(keys)
        sheet.Cells(1, i + 1).Value = ClvText(keys(i))
        sheet.Cells(1, i + 1).Font.Bold = True
    Next i
    Set ClvNewSheet = sheet
End Function

Private Sub ClvWriteRow(ByVal sheet As Object, ByVal row As Long, ByVal words As Variant)
    Dim i As Long
    For i = 0 To UBound(words)
        sheet.Cells(row, i + 1).Value = words(i)
    Next i
End Sub

Private Sub ClvWidths(ByVal sheet As Object, ByVal widths As Variant)
    Dim i As Long
    On Error Resume Next
    For i = 0 To UBound(widths)
        sheet.Columns(i + 1).ColumnWidth = widths(i)
        sheet.Columns(i + 1).WrapText = widths(i) > 30
        sheet.Columns(i + 1).VerticalAlignment = -4160 ' xlTop
    Next i
End Sub
