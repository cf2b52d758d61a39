Option Explicit
Option Private Module

' What happens when the workbook opens and closes.

Private mWhen As Date ' of the first call of Python, while it is still to come

' Descriptions are registered at each opening, since a file keeps them only in the letters of one code page.
Public Sub ClvOpen()
    On Error Resume Next
    ClvRegister
    mWhen = Now
    Application.OnTime mWhen, ClvMacro("ClvMacros.ClvWarmUp")
End Sub

' A call that were still to come would open the workbook again.
Public Sub ClvClose()
    On Error Resume Next
    If mWhen <> 0 Then Application.OnTime mWhen, ClvMacro("ClvMacros.ClvWarmUp"), , False
    ClvSayNothing
End Sub

' Starts Python before the first formula needs it; a failure is told by the formula, in its cell.
Public Sub ClvBegin()
    Dim version As Variant
    mWhen = 0
    On Error Resume Next
    version = ClvSend("CLV_VERSION", Array())
    ClvCalculateUnknown
End Sub

' Functions of macros show #NAME? as long as macros are not allowed, and need not be calculated once they are.
Private Sub ClvCalculateUnknown()
    Dim sheet As Object, errors As Object, cell As Object
    On Error Resume Next
    If Application.Calculation = -4135 Then Exit Sub ' xlCalculationManual
    For Each sheet In ThisWorkbook.Worksheets
        Set errors = Nothing
        Set errors = sheet.UsedRange.SpecialCells(-4123, 16) ' xlCellTypeFormulas, xlErrors
        If Not errors Is Nothing Then
            For Each cell In errors.Cells
                If ClvIsUnknown(cell) Then
                    sheet.EnableCalculation = False ' switched on again, all of the sheet is calculated
                    sheet.EnableCalculation = True
                    Exit For
                End If
            Next cell
        End If
    Next sheet
End Sub

Private Function ClvIsUnknown(ByVal cell As Object) As Boolean
    On Error Resume Next
    ClvIsUnknown = (cell.Value = CVErr(2029)) ' #NAME?
End Function

' Tells the function wizard what each function and argument is; the workbook does not count as changed by it.
Public Sub ClvRegister()
    Dim i As Long, unchanged As Boolean
    On Error Resume Next
    unchanged = ThisWorkbook.Saved
    For i = 0 To ClvFunctionCount() - 1
        ClvRegisterOne ClvWords(i)
    Next i
    ThisWorkbook.Saved = unchanged
End Sub

' words: name, how it is written, description, then the description of each argument.
Private Sub ClvRegisterOne(ByVal words As Variant)
    Dim told() As String, i As Long, app As Object
    Set app = Application
    If UBound(words) < 3 Then
        app.MacroOptions Macro:=ClvMacro(words(0)), Description:=words(2), Category:="clv_xl"
        Exit Sub
    End If
    ReDim told(0 To UBound(words) - 3)
    For i = 3 To UBound(words)
        told(i - 3) = words(i)
    Next i
    On Error Resume Next ' an Excel that refuses the arguments may take the rest
    app.MacroOptions Macro:=ClvMacro(words(0)), Description:=words(2), Category:="clv_xl", ArgumentDescriptions:=told
    If Err.Number <> 0 Then app.MacroOptions Macro:=ClvMacro(words(0)), Description:=words(2), Category:="clv_xl"
End Sub

Private Function ClvMacro(ByVal procedure As String) As String
    ClvMacro = "'" & Replace(ThisWorkbook.Name, "'", "''") & "'!" & procedure
End Function
