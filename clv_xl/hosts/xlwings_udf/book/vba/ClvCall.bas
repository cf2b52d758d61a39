Option Explicit
Option Private Module

' Between a cell and Python: what a formula gives is sent as plain values, and what comes back marked as an
' error becomes a true error value. This module runs in LibreOffice too, hence no Scripting.Dictionary and no
' other thing that only one of the two programs knows.

Private Const MISUSED As Long = 2015 ' #VALUE!
Private Const NOT_AVAILABLE As Long = 2042 ' #N/A

' Answers one call: args is the Array of the function's arguments, in order.
Public Function ClvAnswer(ByVal functionName As String, ByVal args As Variant) As Variant
    Dim found As Collection, answer As Variant, refused As String

    Set found = New Collection
    refused = ClvValues(args, functionName)
    If refused <> "" Then
        found.Add "#VALUE!" & vbTab & refused
        ClvAnswer = CVErr(MISUSED)
    ElseIf ClvReached(functionName, args, answer) Then
        ClvAnswer = ClvUnmarked(answer, found)
    Else
        found.Add "#N/A" & vbTab & ClvFailure(functionName, answer)
        ClvAnswer = CVErr(NOT_AVAILABLE)
    End If
    ClvNote functionName, found
End Function

' Whether Python answered; answer is then its answer, else why it did not.
Private Function ClvReached(ByVal functionName As String, ByVal args As Variant, ByRef answer As Variant) As Boolean
    On Error GoTo Failing
    answer = ClvSend(functionName, args)
    ClvReached = True
    Exit Function
Failing:
    answer = Err.Description
End Function

' Puts the values of ranges in place of the ranges; returns why a range cannot be taken, or "".
Private Function ClvValues(ByRef args As Variant, ByVal functionName As String) As String
    Dim i As Long, area As Object, values As Variant
    For i = LBound(args) To UBound(args)
        If IsObject(args(i)) Then
            Set area = args(i)
            If ClvAreas(area) > 1 Then
                ClvValues = Replace(ClvText("vba.areas"), "{function}", functionName)
                Exit Function
            End If
            values = ClvValue(ClvUsed(area))
            Set args(i) = Nothing ' LibreOffice would write the values into the cells of the range
            args(i) = values
        End If
    Next i
End Function

Private Function ClvAreas(ByVal area As Object) As Long
    On Error Resume Next
    ClvAreas = 1
    ClvAreas = area.Areas.Count
End Function

' Value2 holds dates and amounts of money as plain numbers, which is what the functions take.
Private Function ClvValue(ByVal area As Object) As Variant
    On Error GoTo Older
    ClvValue = area.Value2
    Exit Function
Older: ' LibreOffice before 24
    ClvValue = area.Value
End Function

' A range that runs to the end of the sheet, such as A:A, ends with the last row in use. Only rows at the bottom
' are left out, so that columns of one sheet stay side by side.
Private Function ClvUsed(ByVal area As Object) As Object
    Dim last As Long, used As Object
    Set ClvUsed = area
    If area.Row + area.Rows.Count - 1 < area.Parent.Rows.Count Then Exit Function
    Set used = area.Parent.UsedRange
    last = used.Row + used.Rows.Count - 1
    If last < area.Row Then last = area.Row
    Set ClvUsed = area.Resize(last - area.Row + 1, area.Columns.Count)
End Function

' Puts true error values in place of the marked texts, and adds code, tab and sentence of each to found.
Public Function ClvUnmarked(ByVal answer As Variant, ByVal found As Collection) As Variant
    Dim i As Long, j As Long
    Select Case ClvDimensions(answer)
    Case 0
        ClvUnmarked = ClvCell(answer, found)
        Exit Function
    Case 1
        For i = LBound(answer) To UBound(answer)
            If VarType(answer(i)) = vbString Then answer(i) = ClvCell(answer(i), found)
        Next i
    Case Else
        For i = LBound(answer, 1) To UBound(answer, 1)
            For j = LBound(answer, 2) To UBound(answer, 2)
                If VarType(answer(i, j)) = vbString Then answer(i, j) = ClvCell(answer(i, j), found)
            Next j
        Next i
    End Select
    ClvUnmarked = answer
End Function

Private Function ClvDimensions(ByRef answer As Variant) As Long
    Dim bound As Long
    If Not IsArray(answer) Then Exit Function
    ClvDimensions = 1
    On Error GoTo Row
    bound = LBound(answer, 2)
    ClvDimensions = 2
Row:
End Function

' A marked text is the mark, the code, the mark again, and the sentence, which may be empty. Without a code it is a
' text of the user's that begins with the mark itself, behind two more of them.
Private Function ClvCell(ByVal cell As Variant, ByVal found As Collection) As Variant
    Dim mark As String, parts As Variant
    ClvCell = cell
    If VarType(cell) <> vbString Then Exit Function
    mark = ChrW$(57345)
    If Left$(cell, 1) <> mark Then Exit Function
    parts = Split(cell, mark)
    If UBound(parts) < 2 Then Exit Function
    If parts(1) = "" Then
        ClvCell = Mid$(cell, 3)
        Exit Function
    End If
    If parts(2) <> "" Then found.Add parts(1) & vbTab & parts(2)
    ClvCell = CVErr(ClvNumber(parts(1)))
End Function

' The number of an error in Excel's object model; older versions know no #SPILL! and no #CALC!.
Public Function ClvNumber(ByVal code As String) As Long
    Select Case code
    Case "#NULL!": ClvNumber = 2000
    Case "#DIV/0!": ClvNumber = 2007
    Case "#REF!": ClvNumber = 2023
    Case "#NAME?": ClvNumber = 2029
    Case "#NUM!": ClvNumber = 2036
    Case "#N/A": ClvNumber = NOT_AVAILABLE
    Case Else: ClvNumber = MISUSED
    End Select
End Function

' The sentence for a call that Python did not answer: our own when it says what to do, else that of a crash.
Private Function ClvFailure(ByVal functionName As String, ByVal failed As String) As String
    Dim words As String
    words = Replace(Replace(Replace(failed, vbCr, " "), vbLf, " "), vbTab, " ")
    If Left$(words, 7) = "clv_xl:" Then
        ClvFailure = functionName & ":" & Mid$(words, 8)
    Else
        ClvFailure = Replace(ClvText("vba.crashed"), "{function}", functionName)
        ClvFailure = Replace(ClvFailure, "{detail}", Left$(words, 500))
    End If
End Function
